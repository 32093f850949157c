"""Serve a simulated network of practices: ``sandbox``."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.sandbox.command_line import add_network_arguments, add_serve_arguments, network_options, serve_options
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.server import Sandbox
from dentalhub.sandbox.serving import serve


class Command(BaseCommand):
    """Builds the network when it is missing or was made with other options, and serves it until Ctrl-C."""

    help = gettext_noop("Serve a simulated network of practices that speaks SQL Server's wire protocol.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directory", type=Path, help=_("where the network is kept (default: var/sandbox)"))
        add_network_arguments(parser, days=5)
        parser.add_argument("--servers", type=int, default=3, help=_("number of servers (default: 3)"))
        parser.add_argument("--server-per-center", action="store_true", help=_("give each center a server of its own"))
        add_serve_arguments(parser)

    def handle(self, **options: Any) -> None:
        directory = options["directory"] or settings.DATA_DIR / "sandbox"
        try:
            serving = serve_options(options)
            build_network(directory, _network_options(options))
            serve(directory, serving, announce=self._announce)
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _announce(self, sandbox: Sandbox) -> None:
        directory = sandbox.network.directory
        for name, port in sandbox.ports.items():
            self.stdout.write(f"{name}: localhost,{port}")
        self.stdout.write(_("Centers file: %(path)s") % {"path": directory / "centers.yml"})
        self.stdout.write(_("Certificate authority: %(path)s") % {"path": directory / "tls" / "ca.pem"})
        self.stdout.write(_("Password: in %(path)s") % {"path": directory / "password"})
        self.stdout.write(_("dentalhub reads it only with DENTALHUB_SANDBOX=1, because it is on this machine."))
        self.stdout.write(_("Press Ctrl-C to stop."))
        self.stdout.flush()


def _network_options(options: dict[str, Any]) -> NetworkOptions:
    yesterday = timezone.now().astimezone(ZoneInfo(settings.NETWORK_TIME_ZONE)).date() - timedelta(days=1)
    one_server_per_center = options["server_per_center"]
    return network_options(options, yesterday, servers=options["servers"], one_server_per_center=one_server_per_center)
