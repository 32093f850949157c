"""Results as files and downloads; every one of them is in the audit trail."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.contrib.auth.models import AnonymousUser, User

from dentalhub.audit import record
from extraction.entries import EntryFilter, find
from extraction.enums import RunState
from extraction.export_csv import machine_csv, spreadsheet_csv
from extraction.export_files import create_private, pieces_of, work_directory
from extraction.export_formats import ExportFormat, file_name
from extraction.export_json import CenterSummary, json_document, json_lines
from extraction.export_reading import batches
from extraction.export_rows import Batches
from extraction.export_summaries import latest_summaries, summary_of
from extraction.export_xlsx import write_xlsx
from extraction.models import ExtractionRun

__all__ = ["ExportFormat", "file_name", "render", "stream", "write_run"]


def stream(wanted: EntryFilter, form: ExportFormat, person: User | AnonymousUser | None) -> Iterator[bytes]:
    """The entries of a filter, piece by piece in constant memory; the audit event is written before the first one."""
    _record(wanted, form, person)
    return render(wanted, form, batches(wanted))


def render(
    wanted: EntryFilter, form: ExportFormat, found: Batches, centers: Sequence[CenterSummary] | None = None
) -> Iterator[bytes]:
    """The file, piece by piece. `centers` stand in the head of the JSON document; None: as the results say.

    An XLSX workbook has to be complete before its first piece. Raises OSError.
    """
    if form is ExportFormat.JSON:
        summaries = latest_summaries(wanted) if centers is None else centers
        return json_document(wanted.date_from, wanted.date_to, summaries, found)
    if form is ExportFormat.XLSX:
        return _workbook(found)
    writers = {
        ExportFormat.CSV: machine_csv,
        ExportFormat.SPREADSHEET: spreadsheet_csv,
        ExportFormat.JSON_LINES: json_lines,
    }
    return writers[form](found)


def write_run(run: ExtractionRun, forms: Iterable[ExportFormat], directory: Path) -> list[Path]:
    """Write what a run has landed into `directory`, one file per form; returns the files.

    A center that failed has no entries in the file, though its earlier ones stay in the results. Raises OSError.
    """
    parts = list(run.center_runs.select_related("center").order_by("center__center_id"))
    landed = tuple(part.center.center_id for part in parts if part.state == RunState.SUCCEEDED)
    summaries = [summary_of(part, part.entry_count) for part in parts]
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for form in forms:
        target = directory / file_name(run.date_from, run.date_to, form)
        wanted = EntryFilter(run.date_from, run.date_to, landed)
        # A filter without centers would mean all of them.
        found = batches(wanted) if landed else ()
        _write(target, render(wanted, form, found, summaries))
        _record(wanted, form, run.requested_by)
        files.append(target)
    return files


def _workbook(found: Batches) -> Iterator[bytes]:
    with work_directory() as folder:
        write_xlsx(folder / "entries.xlsx", found)
        yield from pieces_of(folder / "entries.xlsx")


def _write(target: Path, pieces: Iterator[bytes]) -> None:
    """Replace the file at once, so that nobody reads half of it; only its owner may read it."""
    unfinished = target.with_name(f".{target.name}.part")
    create_private(unfinished)
    with unfinished.open("wb") as file:
        file.writelines(pieces)
    unfinished.replace(target)


def _record(wanted: EntryFilter, form: ExportFormat, person: User | AnonymousUser | None) -> None:
    shown = wanted.without_patients()
    record(
        person,
        "entries.exported",
        "extraction.chartentry",
        format=form.value,
        rows=find(wanted).count(),
        date_from=shown.date_from.isoformat() if shown.date_from else None,
        date_to=shown.date_to.isoformat() if shown.date_to else None,
        centers=list(shown.center_ids),
        regions=list(shown.regions),
        status=shown.status,
        service_code=shown.service_code,
        text=shown.text,
        pseudonym=shown.pseudonym,
    )
