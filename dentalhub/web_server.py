"""Settings of gunicorn wherever it serves dentalhub; deploy/gunicorn_settings.py adds those of a server of its own."""

import logging
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi
from gunicorn.glogging import Logger

from dentalhub.log_lines import ValuelessFormatter


class ValuelessLogger(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's log without the texts of errors and without queries."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does, with our formatter for errors."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(ValuelessFormatter(self.error_fmt, self.datefmt))

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """An error, with the address of its request but not the query."""
        said = msg if isinstance(msg, str) else type(msg).__name__
        parts = [str(part).partition("?")[0] for part in args]
        self.error_log.log(logging.ERROR, said, *parts, exc_info=True, **kwargs)


# Which program answers is nobody's business.
gunicorn.http.wsgi.SERVER = "dentalhub"
logger_class = ValuelessLogger
# Whose X-Forwarded-* counts is the business of dentalhub.proxies; gunicorn would believe everybody on this machine.
forwarded_allow_ips = ""
# The path without its query, in which a searched text may stand.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
# A worker's heartbeat file must not wait for a slow disk, and /tmp may be one.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # nosec B108
# No socket through which somebody on this machine could steer the server.
control_socket_disable = True
