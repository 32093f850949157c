"""Extract chart entries now: in this process, and regions with workers of their own by those."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.connection import close_all
from centers.exceptions import SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.selection import UnknownCenterError, centers_by_id
from dentalhub.progress import Advance, shown_progress
from dentalhub.start_checks import START
from extraction.causes import Cause
from extraction.command_dates import iso_date
from extraction.enums import OPERATION, RevealReason, RunMode, RunState, Trigger
from extraction.exceptions import ExtractionError, LeaseLostError, NothingToReadError
from extraction.exports import ExportFormat, write_run
from extraction.leases import Lease, claim_run
from extraction.models import ExtractionRun
from extraction.process_end import end_process
from extraction.reader import Failure
from extraction.reveal_reasons import NOTE_LENGTH, Why
from extraction.run_document import run_document
from extraction.run_requests import request_run
from extraction.runner import CenterProgress, execute
from extraction.runs import cancel, give_up, open_queues
from extraction.tasks import dispatch

FORMATS = {form.value: [form] for form in ExportFormat} | {"both": [ExportFormat.CSV, ExportFormat.JSON]}
REASONS = (*RevealReason.values, OPERATION)
POLL_SECONDS = 0.5


class Command(BaseCommand):
    """Exit codes: 0 all centers delivered, 1 some did not, 2 bad usage."""

    help = gettext_noop("Extract the chart entries of one or more days (default: yesterday) from all or some centers.")
    # They load every page, which takes as long as reading hundreds of centers.
    requires_system_checks = (START,)
    hung = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What this process read, by center.
        self.times: dict[str, PhaseTimes] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=iso_date, help=_("the business date; default: yesterday"))
        parser.add_argument(
            "--from", dest="date_from", type=iso_date, metavar="DATE", help=_("the first day of a range")
        )
        parser.add_argument("--to", dest="date_to", type=iso_date, metavar="DATE", help=_("the last day of a range"))
        parser.add_argument(
            "-c", "--center", action="append", metavar="ID", help=_("only this center; may be repeated")
        )
        modes = parser.add_mutually_exclusive_group()
        modes.add_argument("--missing", action="store_true", help=_("only days that are missing or have failed"))
        modes.add_argument("--failed", action="store_true", help=_("only days whose last reading has failed"))
        parser.add_argument(
            "--closed", action="store_true", help=_("with --missing: also days on which a center is closed")
        )
        parser.add_argument("--workers", type=int, help=_("centers that are read at the same time"))
        parser.add_argument("--format", choices=sorted(FORMATS), help=_("also write the entries to files"))
        parser.add_argument(
            "--output", type=Path, metavar="DIR", help=_("where the files go; default: the export folder")
        )
        parser.add_argument(
            "--reason",
            choices=REASONS,
            help=_("why the files have patient ids, for the ledger; default: %(word)s") % {"word": OPERATION},
        )
        parser.add_argument("--note", help=_("a few words to the reason; never a patient's name or id"))
        parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            run = self._request(options)
        except NothingToReadError as nothing:
            self._report_nothing(nothing, as_json=options["json"])
            return
        leases = [] if run.is_finished else claim_run(run.pk)
        # This process may lack the passwords of the rest.
        dispatch(run)
        if leases:
            self._execute(run, leases, is_quiet=options["json"])
        self._await_workers(run, is_quiet=options["json"])
        run.refresh_from_db()
        files = self._write(run, options)
        self._report(run, files, time.monotonic() - started, as_json=options["json"])
        if not self.hung:
            close_all()
        # A center on hold delivered before, so leaving it out is no success for a timer that watches the exit code.
        on_hold = run.center_runs.filter(error_kind=SourceErrorKind.SCHEMA.value).exists()
        if run.state != RunState.SUCCEEDED or on_hold:
            raise CommandError(_("Not all centers delivered."), returncode=1)

    def run_from_argv(self, argv: list[str]) -> None:
        code = 0
        try:
            super().run_from_argv(argv)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if not self.hung:
                raise
        if self.hung:
            end_process(code)

    def _request(self, options: dict[str, Any]) -> ExtractionRun:
        if options["date"] and (options["date_from"] or options["date_to"]):
            raise CommandError(_("Give --date, or --from and --to."), returncode=2)
        if bool(options["date_from"]) != bool(options["date_to"]):
            raise CommandError(_("--from and --to belong together."), returncode=2)
        if options["workers"] is not None and options["workers"] < 1:
            raise CommandError(_("--workers must be at least 1."), returncode=2)
        if options["closed"] and not options["missing"]:
            raise CommandError(_("--closed belongs to --missing."), returncode=2)
        if _mode(options) is not RunMode.ALL and (options["format"] or options["output"]):
            # The files hold whole days; half of them would look like all.
            raise CommandError(_("--format and --output do not go with --missing and --failed."), returncode=2)
        _check_reason(options)
        try:
            return request_run(
                centers_by_id(options["center"]) if options["center"] else None,
                options["date"] or options["date_from"],
                options["date"] or options["date_to"],
                mode=_mode(options),
                with_closed=options["closed"],
                trigger=Trigger.COMMAND,
                workers=options["workers"],
            ).run
        except NothingToReadError:
            raise
        except (UnknownCenterError, ExtractionError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _report_nothing(self, nothing: NothingToReadError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"run": None, "centers": []}, indent=2))
        if nothing.is_hindered:
            raise CommandError(str(nothing), returncode=1)
        if not as_json:
            self.stdout.write(str(nothing))

    def _execute(self, run: ExtractionRun, leases: list[Lease], *, is_quiet: bool) -> None:
        total = run.center_runs.filter(state=RunState.QUEUED).count()
        try:
            with shown_progress(_("Centers"), total, self.stdout, quiet=is_quiet) as advance:
                self.hung = execute(leases, observer=lambda progress: self._note(progress, advance)).hung
        except KeyboardInterrupt:
            # Else a worker would take the run up again when the lease ends.
            stopped = Failure(Cause.CANCELLED.value, _("Stopped by a person. What had landed is kept."))
            for lease in leases:
                give_up(lease, stopped)
        except LeaseLostError as error:
            raise CommandError(str(error), returncode=1) from error

    def _note(self, progress: CenterProgress, advance: Advance) -> None:
        self.times[progress.center_id] = progress.times
        advance(_line(progress))

    def _await_workers(self, run: ExtractionRun, *, is_quiet: bool) -> None:
        """Wait for the shards of other queues, for as long as a shard may take."""
        queues = open_queues(run)
        if queues and not is_quiet:
            self.stdout.write(_("Waiting for the workers of %(queues)s") % {"queues": ", ".join(queues)})
        deadline = time.monotonic() + settings.RUN_DEADLINE_SECONDS
        try:
            while open_queues(run) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            cancel(run, None)

    def _write(self, run: ExtractionRun, options: dict[str, Any]) -> list[Path]:
        if not options["format"] and not options["output"]:
            return []
        try:
            forms, folder = FORMATS[options["format"] or "csv"], options["output"] or settings.EXPORT_DIR
            return write_run(run, forms, folder, Why(options["reason"] or OPERATION, (options["note"] or "").strip()))
        except OSError as error:
            message = _("The files cannot be written: %(error)s") % {"error": error.strerror or error}
            raise CommandError(message, returncode=2) from error

    def _report(self, run: ExtractionRun, files: list[Path], seconds: float, *, as_json: bool) -> None:
        parts = list(run.center_runs.select_related("center"))
        if as_json:
            document = run_document(run, parts, self.times, files, seconds)
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
            return
        succeeded = [part for part in parts if part.state == RunState.SUCCEEDED]
        summary = _("%(run)s: %(centers)s of %(all)s centers, %(entries)s entries in %(seconds).2f s")
        self.stdout.write(
            summary
            % {
                "run": run,
                "centers": len(succeeded),
                "all": len(parts),
                "entries": sum(part.entry_count for part in parts),
                "seconds": seconds,
            }
        )
        for part in parts:
            if part.state != RunState.SUCCEEDED:
                self.stdout.write(f"  {part.center.center_id} {part.get_state_display()}: {part.error_message}")
        for file in files:
            self.stdout.write(str(file))


def _mode(options: dict[str, Any]) -> RunMode:
    if options["missing"]:
        return RunMode.MISSING
    return RunMode.FAILED if options["failed"] else RunMode.ALL


def _check_reason(options: dict[str, Any]) -> None:
    note = (options["note"] or "").strip()
    if (options["reason"] or note) and not (options["format"] or options["output"]):
        raise CommandError(_("--reason and --note belong to --format and --output."), returncode=2)
    if options["reason"] == RevealReason.OTHER and not note:
        raise CommandError(_("--reason other needs a --note."), returncode=2)
    if len(note) > NOTE_LENGTH:
        raise CommandError(_("--note has at most %(count)s characters.") % {"count": NOTE_LENGTH}, returncode=2)


def _line(progress: CenterProgress) -> str:
    if progress.error:
        return _("%(center)s failed: %(reason)s") % {"center": progress.center_id, "reason": progress.error}
    return _("%(center)s: %(count)s entries in %(seconds).2f s") % {
        "center": progress.center_id,
        "count": progress.entry_count,
        "seconds": progress.duration_ms / 1000,
    }
