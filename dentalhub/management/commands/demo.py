"""The whole job once, on a simulated network: `make demo`."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.centers_import import apply_import, read_centers_file
from centers.models import Center, Region
from centers.scope_changes import set_scope
from dentalhub.demo_people import PEOPLE, create_people
from dentalhub.management.commands.serve import PORTS, port_is_free
from dentalhub.progress import shown_progress
from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.run_requests import yesterday
from extraction.schedule_changes import Wish, set_schedule
from mappings.approval import approve
from mappings.discovery import discover_many
from mappings.enums import MappingStatus
from mappings.models import Mapping
from mappings.proposing import propose_many
from mappings.queries import approved_version
from mappings.readiness import unambiguous

STEPS = 8


class Command(BaseCommand):
    """Repeatable: what an earlier demo did is kept, and only what is missing is done."""

    help = gettext_noop("Serve a simulated network of practices and do the whole job on it once.")
    step = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--oneshot", action="store_true", help=_("stop after the CSV instead of serving the pages"))
        parser.add_argument("--centers", type=int, default=30, help=_("number of centers (default: 30)"))
        parser.add_argument("--days", type=int, default=5, help=_("business days of data (default: 5)"))
        parser.add_argument("--seed", type=int, default=7, help=_("another seed makes another network (default: 7)"))
        parser.add_argument("--port", type=int, default=8000, help=_("port of the pages (default: 8000)"))
        parser.add_argument("--sandbox-port", type=int, default=14330, help=_("first port of the sandbox"))
        parser.add_argument("--new-passwords", action="store_true", help=_("give the demo's people new passwords"))

    def handle(self, **options: Any) -> None:
        if min(options["centers"], options["days"]) < 1:
            raise CommandError(_("--centers and --days must be at least 1."), returncode=2)
        if not {options["port"], options["sandbox_port"]} <= set(PORTS):
            raise CommandError(_("--port and --sandbox-port must be between 1 and 65535."), returncode=2)
        if not options["oneshot"] and not port_is_free("127.0.0.1", options["port"]):
            text = _('Port %(port)d is in use. Choose another one: make demo ARGS="--port 8001"')
            raise CommandError(text % {"port": options["port"]}, returncode=2)
        self._say(_("Preparing dentalhub's own database"))
        call_command("migrate", verbosity=0)
        self._say(_("Creating people in each role"))
        passwords = create_people(new_passwords=options["new_passwords"])
        for person in User.objects.filter(username__in=PEOPLE, person_scope=None):
            set_scope(person, all_regions=True)
        self._say(_("Making a practice network, centers: %(count)d") % {"count": options["centers"]})
        days = last_business_days(yesterday(), options["days"])
        network = build_network(
            settings.DATA_DIR / "sandbox",
            NetworkOptions(
                until=days[-1],
                centers=options["centers"],
                servers=min(3, options["centers"]),
                days=options["days"],
                seed=options["seed"],
            ),
        )
        self._say(_("Starting the sandbox, which speaks SQL Server's protocol"))
        with SandboxProcess(network.directory, _serve_options(network.servers, options["sandbox_port"])) as sandbox:
            # For the processes that it starts, and for this one.
            os.environ["DENTALHUB_SANDBOX"] = "1"
            settings.SANDBOX = True
            os.environ["IVORIS_PASSWORD"] = sandbox.password
            os.environ["SSL_CERT_FILE"] = str(sandbox.ca_file)
            self._onboard(sandbox.centers_yml)
            self._say(_("Extracting the chart entries"))
            call_command(
                "extract",
                *("--from", days[0].isoformat(), "--to", yesterday().isoformat()),
                *("--format", "both", "--output", str(settings.EXPORT_DIR)),
            )
            self._report(passwords, options["port"], oneshot=options["oneshot"])
            if not options["oneshot"]:
                call_command("serve", port=options["port"])

    def _say(self, text: str) -> None:
        self.step += 1
        self.stdout.write(self.style.MIGRATE_HEADING(f"[{self.step}/{STEPS}] {text}"))

    def _onboard(self, centers_yml: Path) -> None:
        """Import the centers, discover and propose, and approve what leaves no question."""
        admin = User.objects.get(username="admin")
        self._say(_("Importing the centers"))
        apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), admin)
        self._say(_("Discovering each center's schema and proposing a mapping"))
        centers, discovered = list(Center.objects.select_related("server__region")), list[Center]()
        with shown_progress(_("Centers"), len(centers), self.stdout) as advance:
            for outcome in discover_many(centers, settings.EXTRACTION_WORKERS, admin):
                if outcome.discovery is None:
                    advance(f"{outcome.center.center_id}: {outcome.error}")
                    continue
                discovered.append(outcome.center)
                count = outcome.discovery.snapshot.table_count
                text = ngettext("%(center)s: %(count)d table", "%(center)s: %(count)d tables", count)
                advance(text % {"center": outcome.center.center_id, "count": count})
        proposed = [outcome for outcome in propose_many(discovered) if outcome.mapping is not None]
        text = _("%(proposed)d of %(all)d centers have a proposal")
        self.stdout.write(text % {"proposed": len(proposed), "all": len(centers)})
        self._say(_("Approving the mappings that leave no question"))
        reviewer = User.objects.get(username="reviewer")
        drafts = Mapping.objects.filter(status=MappingStatus.DRAFT, generated=True).select_related("center")
        clear = [(mapping, approved_version(mapping.center)) for mapping in drafts if unambiguous(mapping.document())]
        for mapping, approved in clear:
            approve(
                mapping,
                reviewer,
                reason="Unambiguous; approved by the demo.",
                expected_hash=mapping.content_hash,
                expected_approved=approved,
                all_looked_at=True,
            )
        # What this demo extracts is there already; a later night reads the sandbox again.
        for region in Region.objects.filter(schedule=None):
            set_schedule(region, Wish(look_back_days=1), admin)
        waiting = Mapping.objects.filter(status__in=(MappingStatus.DRAFT, MappingStatus.IN_REVIEW)).count()
        text = _("%(approved)d approved now, %(waiting)d waiting for you")
        self.stdout.write(text % {"approved": len(clear), "waiting": waiting})

    def _report(self, passwords: dict[str, str], port: int, *, oneshot: bool) -> None:
        lines = ["", _("Files: %(folder)s") % {"folder": settings.EXPORT_DIR}]
        lines += [f"  {path.name}" for path in sorted(settings.EXPORT_DIR.glob("chart_entries_*"))]
        if passwords:
            lines += ["", _("Sign in as (the passwords are shown only now):")]
            lines += [f"  {name:10} {password}" for name, password in passwords.items()]
        else:
            lines += ["", _("The passwords were shown by the first demo; make new ones with")]
            lines += ['  make demo ARGS="--new-passwords"']
        if not oneshot:
            lines += ["", _("Open %(address)s") % {"address": f"http://127.0.0.1:{port}/"}]
        self.stdout.write("\n".join(lines))


def _serve_options(servers: Sequence[object], first_port: int) -> ServeOptions:
    """The usual ports, or any free ones where another program has one of them."""
    ports = range(first_port, first_port + len(servers))
    is_free = all(port_is_free("127.0.0.1", port) for port in ports)
    return ServeOptions(port=first_port if is_free else 0)
