"""gunicorn's settings: `gunicorn -c deploy/gunicorn_settings.py dentalhub.wsgi`.

GUNICORN_CMD_ARGS and command-line options win. Each web process counts its requests in files of a folder that is
emptied at the start, so that /metrics tells of all of them whichever answers.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from dentalhub.web_server import *  # noqa: F403

_counts = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or Path(tempfile.gettempdir()) / f"dentalhub-{os.getuid()}")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counts)

bind = "0.0.0.0:8000"
workers = 2
threads = 8
accesslog = "-"


def on_starting(_server: Any) -> None:
    """Begin to count anew."""
    shutil.rmtree(_counts, ignore_errors=True)
    _counts.mkdir(mode=0o700, parents=True, exist_ok=True)


def child_exit(_server: Any, worker: Any) -> None:
    """Keep what a process that ended had counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
