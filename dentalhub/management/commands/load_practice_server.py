"""`load_practice_server --host NAME`: generated practices on a real SQL Server, to try dentalhub on."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dentalhub.progress import shown_progress
from dentalhub.sandbox.command_line import add_network_arguments, network_options
from dentalhub.sandbox.network import NetworkCenter
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.practice_regions import PracticeRegion, centers_file, plan_regions
from dentalhub.sandbox.real_server import (
    Administrator,
    ForeignDatabaseError,
    Reader,
    ServerFailedError,
    administrating,
    create_databases,
    let_read,
)

SERVERS = 3  # a region each


class Command(BaseCommand):
    """Repeatable: what is there is kept. Exit codes: 1 the server failed, 2 wrong usage or somebody else's database."""

    help = gettext_noop(
        "Create generated practices on a SQL Server, a login per region that may only read, and a centers file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", required=True, help=_("the SQL Server's name, which its certificate must bear"))
        parser.add_argument("--port", type=int, default=1433, help=_("its port (default: 1433)"))
        parser.add_argument(
            "--user", default="sa", help=_("a login that may create databases and logins (default: sa)")
        )
        parser.add_argument("--password-file", type=Path, required=True, help=_("the file with that login's password"))
        parser.add_argument("--trust-certificate", action="store_true", help=_("believe whatever certificate it shows"))
        parser.add_argument("--region", action="append", default=[], help=_("only this one; repeatable (default: all)"))
        parser.add_argument(
            "--output", type=Path, help=_("where the centers file goes (default: below the data folder)")
        )
        add_network_arguments(parser, days=20)
        parser.add_argument("--renew", action="store_true", help=_("replace data that ends before yesterday"))

    def handle(self, **options: Any) -> None:
        output: Path = options["output"] or settings.DATA_DIR / "practices" / "centers.yml"
        try:
            made = network_options(options, _yesterday(), servers=SERVERS)
            regions = plan_regions(made, options["region"])
            readers = [
                Reader(region.login, _password(Path(settings.CREDENTIAL_DIR) / region.password_file), region.databases)
                for region in regions
            ]
            self._load(_administrator(options), made, regions, readers, renew=options["renew"])
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(centers_file(regions, options["host"], options["port"]), encoding="utf-8")
        except ServerFailedError as error:
            raise CommandError(str(error), returncode=1) from error
        except (OSError, ValueError, ForeignDatabaseError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("Centers file: %(path)s") % {"path": output})

    def _load(
        self,
        administrator: Administrator,
        made: NetworkOptions,
        regions: Sequence[PracticeRegion],
        readers: Sequence[Reader],
        *,
        renew: bool,
    ) -> None:
        centers = [center for region in regions for center in region.centers]
        with (
            shown_progress(_("Centers"), len(centers), self.stdout) as advance,
            administrating(administrator, settings.DATA_DIR / "odbc") as cursor,
        ):

            def show(center: NetworkCenter, is_new: bool) -> None:
                text = _("%(center)s: %(database)s created") if is_new else _("%(center)s: %(database)s kept")
                advance(text % {"center": center.center_id, "database": center.database})

            create_databases(cursor, made, centers, renew=renew, advance=show)
            for reader in readers:
                let_read(cursor, reader)


def _administrator(options: dict[str, Any]) -> Administrator:
    return Administrator(
        host=options["host"],
        port=options["port"],
        user=options["user"],
        password=_password(options["password_file"]),
        verified=not options["trust_certificate"],
        ca_file=Path(settings.SOURCE_CA_FILE) if settings.SOURCE_CA_FILE else None,
    )


def _password(file: Path) -> str:
    """Raises OSError, or ValueError for a file without a password."""
    text = file.read_text(encoding="utf-8").removesuffix("\n")
    if not text:
        raise ValueError(_("%(path)s is empty.") % {"path": file})
    return text


def _yesterday() -> date:
    return timezone.now().astimezone(ZoneInfo(settings.NETWORK_TIME_ZONE)).date() - timedelta(days=1)
