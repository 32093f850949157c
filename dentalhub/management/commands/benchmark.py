"""Measure extraction against a bare loop, on a sandbox network of its own: `benchmark`."""

import json
import os
import shutil
import sys
import tempfile
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.centers_import import apply_import, read_centers_file
from centers.models import Center, DatabaseServer
from dentalhub.benchmark_figures import Figures, Round, as_document, figures
from dentalhub.benchmark_lines import lines
from dentalhub.process_usage import Usage, cpu_seconds, run_measured
from dentalhub.progress import shown_progress
from dentalhub.sandbox.mapping_files import mapping_content
from dentalhub.sandbox.network import build_network, load_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.bare_reads import bare_reads
from extraction.command_dates import iso_date
from mappings.discovery import discover_many
from mappings.document import from_document
from mappings.enums import MappingStatus
from mappings.models import Mapping as MappingVersion
from mappings.versions import new_version

# A business day, so that every center has entries.
DAY = date(2026, 11, 20)
PATIENCE_SECONDS = 120
ONBOARDING_WORKERS = 16


ENGINES = ("threads", "asyncio")


@dataclass(slots=True)
class Workplace:
    """What the rounds run in: the environment of their processes, and dentalhub's data as each round finds it."""

    environment: dict[str, str]
    extract: list[str]
    folder: Path | None = None
    sandbox_pid: int = 0
    reads: list[dict[str, Any]] = field(default_factory=list)


class Command(BaseCommand):
    """Exit codes: 0, 1 some centers failed, 2 bad usage."""

    help = gettext_noop(
        "Measure extraction and a bare loop of pyodbc threads in turns, on a simulated network made for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centers", type=int, default=None, help=_("number of centers (default: 500)"))
        parser.add_argument("--servers", type=int, default=3, help=_("number of servers, up to one for each center"))
        parser.add_argument("--workers", type=int, nargs="+", default=[50], help=_("centers read at the same time"))
        parser.add_argument(
            "--engine", nargs="+", choices=ENGINES, default=[settings.ENGINE], help=_("who waits for the sources")
        )
        parser.add_argument("--login-ms", type=int, default=5, help=_("what the sandbox waits at each login"))
        parser.add_argument("--query-ms", type=int, default=8, help=_("what the sandbox waits at each query"))
        parser.add_argument("--rows-per-day", type=int, default=6, help=_("mean chart entries of each center"))
        parser.add_argument("--rounds", type=int, default=3, help=_("rounds of each side"))
        parser.add_argument("--directory", type=Path, help=_("keeps the network's files there for the next time"))
        parser.add_argument(
            "--installed", action="store_true", help=_("measure the centers that are really there, without a bare loop")
        )
        parser.add_argument("--from", dest="date_from", type=iso_date, metavar="DATE", help=_("with --installed"))
        parser.add_argument("--to", dest="date_to", type=iso_date, metavar="DATE", help=_("with --installed"))
        parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))
        parser.add_argument("--onboard", nargs=2, type=Path, help=SUPPRESS)

    def handle(self, **options: Any) -> None:
        if options["onboard"]:
            self._onboard(*options["onboard"])
            return
        _check(options)
        if options["installed"]:
            found = self._measure(_installed(options), options)
        else:
            with tempfile.TemporaryDirectory(prefix="dentalhub-benchmark-") as folder:
                found = self._on_sandbox(Path(folder), options)
        if options["json"]:
            self.stdout.write(json.dumps(as_document(found), indent=2))
        if any(one.failed for one in found):
            raise CommandError(_("Not all centers delivered."), returncode=1)

    def _on_sandbox(self, folder: Path, options: Mapping[str, Any]) -> list[Figures]:
        centers = options["centers"] or 500
        network_options = NetworkOptions(
            until=DAY,
            centers=centers,
            servers=options["servers"],
            rows_per_day=options["rows_per_day"],
            days=1,
            one_server_per_center=options["servers"] == centers,
        )
        with self._shown(_("Making the network"), centers, options) as advance:
            network = build_network(options["directory"] or folder / "network", network_options, advance)
        latency = ServeOptions(login_latency_ms=options["login_ms"], query_latency_ms=options["query_ms"])
        with SandboxProcess(network.directory, latency) as sandbox:
            environment = _environment(folder / "data", sandbox, max(options["workers"]))
            place = Workplace(environment, ["--date", DAY.isoformat()])
            place.folder, place.sandbox_pid = folder, sandbox.pid
            onboard = ["benchmark", "--onboard", str(network.directory), str(sandbox.centers_yml)]
            self._say(_("Importing and discovering the centers"), options)
            place.reads = json.loads(_succeeded(_django(onboard, place.environment)).output)
            return self._measure(place, options)

    def _onboard(self, directory: Path, centers_yml: Path) -> None:
        """In the data folder of the rounds: import, discover and map every center by the truth; print the reads."""
        call_command("migrate", verbosity=0)
        apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), None)
        # A machine that is busy with measuring may answer late, which is no failure here.
        DatabaseServer.objects.update(
            max_connections=settings.EXTRACTION_WORKERS, login_timeout=PATIENCE_SECONDS, query_timeout=PATIENCE_SECONDS
        )
        network = load_network(directory)
        truths = {center.center_id: network.truth_file(center) for center in network.centers}
        centers = list(Center.objects.select_related("server").order_by("center_id"))
        with shown_progress(_("Centers"), len(centers), self.stderr, quiet=not sys.stderr.isatty()) as advance:
            for outcome in discover_many(centers, ONBOARDING_WORKERS):
                if outcome.discovery is None:
                    raise CommandError(str(outcome.error), returncode=1)
                truth = json.loads(truths[outcome.center.center_id].read_text(encoding="utf-8"))
                document = from_document(mapping_content(truth))
                made = new_version(outcome.center, outcome.discovery.snapshot, document, author=None, generated=True)
                MappingVersion.objects.filter(pk=made.pk).update(status=MappingStatus.APPROVED)
                advance(outcome.center.center_id)
        self.stdout.write(json.dumps(bare_reads(centers, DAY, DAY)))

    def _measure(self, place: Workplace, options: Mapping[str, Any]) -> list[Figures]:
        """All rounds; the first of each side is not counted, for the sandbox translates each statement once."""
        found = []
        for workers in options["workers"]:
            own: dict[str, list[Round]] = {engine: [] for engine in options["engine"]}
            bare = list[Round]()
            rounds = range(options["rounds"] + (1 if place.reads else 0))
            with self._shown(_("Rounds with %(workers)s workers") % {"workers": workers}, len(rounds), options) as done:
                for number in rounds:
                    # The first of a round is not always the same one.
                    for engine, measured in sorted(own.items(), reverse=number % 2 == 1):
                        measured.append(_extract(place, engine, workers))
                    if place.reads:
                        bare.append(_bare_loop(place, workers))
                    done("")
            first = 1 if place.reads else 0
            for engine, measured in own.items():
                found.append(figures(engine, workers, measured[first:], bare[first:]))
                if not options["json"]:
                    self.stdout.write("\n".join(lines(found[-1])))
        return found

    def _say(self, text: str, options: Mapping[str, Any]) -> None:
        if not options["json"]:
            self.stdout.write(text)

    def _shown(self, title: str, total: int, options: Mapping[str, Any]) -> Any:
        """A bar on a terminal; elsewhere a line for so many steps would be too much."""
        if not sys.stderr.isatty():
            self._say(title, options)
        return shown_progress(title, total, self.stdout, quiet=not sys.stderr.isatty())


def _check(options: Mapping[str, Any]) -> None:
    """Raise CommandError for what cannot be measured."""
    centers = 500 if options["centers"] is None else options["centers"]
    numbers = (centers, options["servers"], options["rows_per_day"], options["rounds"], *options["workers"])
    if min(numbers) < 1:
        raise CommandError(_("Numbers must be at least 1."), returncode=2)
    if options["servers"] > centers and not options["installed"]:
        raise CommandError(_("There cannot be more servers than centers."), returncode=2)
    if not options["installed"] and (options["date_from"] or options["date_to"]):
        raise CommandError(_("--from and --to belong to --installed."), returncode=2)


def _installed(options: Mapping[str, Any]) -> Workplace:
    """The database and the secrets of this process."""
    extract = []
    for name, day in (("--from", options["date_from"]), ("--to", options["date_to"])):
        extract += [name, day.isoformat()] if day else []
    if options["centers"]:
        ids = Center.objects.order_by("center_id").values_list("center_id", flat=True)[: options["centers"]]
        extract += [f"--center={center_id}" for center_id in ids]
    return Workplace({**os.environ, "PYTHONPATH": str(settings.BASE_DIR)}, extract)


def _environment(data: Path, sandbox: SandboxProcess, workers: int) -> dict[str, str]:
    """Nothing of what is installed here is read or written."""
    return {
        **os.environ,
        "PYTHONPATH": str(settings.BASE_DIR),
        # As where dentalhub is installed: modules are compiled once, in the round that is not counted.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(data.parent / "bytecode"),
        "DENTALHUB_DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'dentalhub.sqlite3'}",
        "DENTALHUB_EXTRACTION_WORKERS": str(workers),
        "DENTALHUB_QUEUES": "",
        "DENTALHUB_SAMPLE_ROWS": "0",
        "DENTALHUB_SANDBOX": "1",
        "DENTALHUB_SOURCE_CA_FILE": str(sandbox.ca_file),
        "SSL_CERT_FILE": str(sandbox.ca_file),
        "IVORIS_PASSWORD": sandbox.password,
    }


def _extract(place: Workplace, engine: str, workers: int) -> Round:
    """`extract` as a person would call it, on a fresh copy of the data, so that each round really lands."""
    environment = {**place.environment, "DENTALHUB_ENGINE": engine}
    data = None
    if place.folder is not None:
        data = place.folder / "round"
        shutil.copytree(environment["DENTALHUB_DATA_DIR"], data)
        environment |= {"DENTALHUB_DATA_DIR": str(data), "DATABASE_URL": f"sqlite:///{data / 'dentalhub.sqlite3'}"}
    before = cpu_seconds(place.sandbox_pid)
    usage = _django(["extract", *place.extract, "--workers", str(workers), "--json"], environment)
    served = cpu_seconds(place.sandbox_pid) - before
    if data is not None:
        shutil.rmtree(data)
    if usage.exit_code not in {0, 1} or not usage.output:
        raise CommandError(_("The extraction failed."), returncode=2)
    document = json.loads(usage.output)
    centers = document["centers"]
    return _round(
        usage,
        served,
        document["seconds"],
        centers=len(centers),
        failed=sum(center["state"] != "succeeded" for center in centers),
        entries=sum(center["count"] for center in centers),
        phases=tuple(center["phases"] for center in centers if center["phases"]),
    )


def _bare_loop(place: Workplace, workers: int) -> Round:
    order = json.dumps({"workers": workers, "reads": place.reads})
    before = cpu_seconds(place.sandbox_pid)
    usage = run_measured([sys.executable, "-m", "centers.bare_loop"], place.environment, order)
    return _round(usage, cpu_seconds(place.sandbox_pid) - before, json.loads(_succeeded(usage).output)["seconds"])


def _round(usage: Usage, sandbox_cpu: float, seconds: float, **more: Any) -> Round:
    return Round(
        seconds=seconds, wall=usage.wall, cpu=usage.cpu, sandbox_cpu=sandbox_cpu, megabytes=usage.megabytes, **more
    )


def _django(arguments: Sequence[str], environment: Mapping[str, str]) -> Usage:
    settings_module = {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "dentalhub.settings")}
    return run_measured([sys.executable, "-m", "django", *arguments], {**environment, **settings_module})


def _succeeded(usage: Usage) -> Usage:
    if usage.exit_code != 0:
        raise CommandError(_("A process of the benchmark failed; its message stands above."), returncode=2)
    return usage
