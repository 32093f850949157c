"""Results as files: what every way out shares, and the files of the command line."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from extraction.entry_filter import EntryFilter
from extraction.enums import OPERATION, ExportChannel, ExportState, RunState
from extraction.export_csv import machine_csv, spreadsheet_csv
from extraction.export_estimates import Estimate
from extraction.export_files import create_private, pieces_of, work_directory
from extraction.export_formats import ExportFormat, file_name
from extraction.export_json import CenterSummary, json_document, json_lines
from extraction.export_ledger import Tally, begin, end
from extraction.export_pseudonyms import pseudonymised
from extraction.export_reading import batches
from extraction.export_rows import Batch, Batches
from extraction.export_summaries import latest_summaries, summary_of
from extraction.models import Export, ExtractionRun
from extraction.reveal_reasons import Why

__all__ = ["ExportFormat", "entries_for", "file_name", "render", "write_run"]

_OPERATION = Why(OPERATION)


def entries_for(export: Export, wanted: EntryFilter) -> Iterator[Batch]:
    """The entries that go into an export: with pseudonyms unless there is a reason for patient ids."""
    found = batches(wanted)
    return found if export.shows_patients else pseudonymised(found)


def render(
    wanted: EntryFilter,
    form: ExportFormat,
    found: Batches,
    tally: Tally,
    centers: Sequence[CenterSummary] | None = None,
) -> Generator[bytes]:
    """The file, piece by piece, each of which `tally` has counted, as it has cells that had to be cut.

    `centers` stand in the head of the JSON document; None: as the results say.

    An XLSX workbook has to be complete before its first piece. Raises OSError.
    """
    for piece in _pieces(wanted, form, tally.counted(found), tally, centers):
        tally.add(piece)
        yield piece


def write_run(run: ExtractionRun, forms: Iterable[ExportFormat], directory: Path, why: Why = _OPERATION) -> list[Path]:
    """Write what a run has landed into `directory`, one file per form, with patient ids; returns the files.

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
        _write_recorded(target, wanted, form, run, summaries, why)
        files.append(target)
    return files


def _pieces(
    wanted: EntryFilter, form: ExportFormat, found: Batches, tally: Tally, centers: Sequence[CenterSummary] | None
) -> Iterator[bytes]:
    if form is ExportFormat.JSON:
        summaries = latest_summaries(wanted) if centers is None else centers
        return json_document(wanted.date_from, wanted.date_to, summaries, found)
    if form is ExportFormat.XLSX:
        return _workbook(found, tally)
    writers = {
        ExportFormat.CSV: machine_csv,
        ExportFormat.SPREADSHEET: spreadsheet_csv,
        ExportFormat.JSON_LINES: json_lines,
    }
    return writers[form](found)


def _workbook(found: Batches, tally: Tally) -> Iterator[bytes]:
    # XlsxWriter takes a quarter of a second to load, which every extraction would pay.
    from extraction.export_xlsx import write_xlsx

    with work_directory() as folder:
        tally.cut = write_xlsx(folder / "entries.xlsx", found)
        yield from pieces_of(folder / "entries.xlsx")


def _write_recorded(
    target: Path, wanted: EntryFilter, form: ExportFormat, run: ExtractionRun, summaries: list[CenterSummary], why: Why
) -> None:
    expected = Estimate(sum(summary.count for summary in summaries), True)
    person, state = run.requested_by, ExportState.RUNNING
    begun = begin(wanted, form, person, ExportChannel.COMMAND, state=state, expected=expected, why=why)
    tally = Tally()
    # A filter without centers would mean all of them.
    found = entries_for(begun.export, wanted) if wanted.center_ids else iter(())
    try:
        _write(target, render(wanted, form, found, tally, summaries))
    except BaseException as error:
        end(begun.export, ExportState.FAILED, tally, type(error).__name__)
        raise
    end(begun.export, ExportState.COMPLETE, tally)


def _write(target: Path, pieces: Iterator[bytes]) -> None:
    """Replace the file at once, so that nobody reads half of it; only its owner may read it."""
    unfinished = target.with_name(f".{target.name}.part")
    create_private(unfinished)
    with unfinished.open("wb") as file:
        file.writelines(pieces)
    unfinished.replace(target)
