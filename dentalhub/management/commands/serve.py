"""Start the web server and the background workers on what is there: `make run`."""

import signal
import socket
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.processes import ProcessGroup, command_line
from dentalhub.queues import all_queues

PORTS = range(1, 65536)


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM; ends with 1 when one of the processes ends by itself."""

    help = gettext_noop("Start the web server and the background workers.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: 127.0.0.1)"))
        parser.add_argument("--port", type=int, default=8000, help=_("port of the pages (default: 8000)"))
        parser.add_argument("--threads", type=int, default=8, help=_("requests answered at once (default: 8)"))
        parser.add_argument(
            "--queue",
            action="append",
            choices=all_queues(),
            help=_("a queue that gets its workers here; repeat it for several (default: every queue)"),
        )

    def handle(self, *, host: str, port: int, threads: int, queue: list[str] | None = None, **_options: Any) -> None:
        if port not in PORTS or threads < 1:
            raise CommandError(_("--port must be between 1 and 65535, and --threads at least 1."), returncode=2)
        if not port_is_free(host, port):
            text = _("Port %(port)d is in use. Choose another one with --port.")
            raise CommandError(text % {"port": port}, returncode=2)
        signal.signal(signal.SIGTERM, _interrupt)
        with ProcessGroup() as group:
            for name in dict.fromkeys(queue or all_queues()):
                group.start(f"worker of {name}", command_line("qcluster"), {"Q_CLUSTER_NAME": name})
            group.start(
                "web",
                [
                    *(sys.executable, "-m", "gunicorn", "dentalhub.wsgi", "--config", "python:dentalhub.web_server"),
                    *("--bind", f"{host}:{port}", "--workers", "1", "--threads", str(threads)),
                    *("--log-level", "warning"),
                ],
            )
            text = _("dentalhub is on %(address)s (Ctrl-C stops it)")
            self.stdout.write(text % {"address": f"http://{host}:{port}/"})
            try:
                ended = group.wait()
            except KeyboardInterrupt:
                self.stdout.write(_("Stopping."))
                return
        text = _("One process ended by itself (%(name)s); its last lines above say why.")
        raise CommandError(text % {"name": ended})


def port_is_free(host: str, port: int) -> bool:
    """True when a server may listen on `host:port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
