"""Results as files and downloads; every one of them is in the audit trail."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count

from centers.models import Center
from dentalhub.audit import record
from extraction.entries import EntryFilter, find, walk
from extraction.enums import RunState
from extraction.export_csv import machine_csv, spreadsheet_csv
from extraction.export_json import CenterSummary, json_document
from extraction.export_rows import ExportRow
from extraction.models import CenterRun, ChartEntry, ExtractionRun


class ExportFormat(StrEnum):
    """The forms a download can have."""

    CSV = "csv"
    SPREADSHEET = "spreadsheet"
    JSON = "json"

    @property
    def extension(self) -> str:
        """The ending of a file's name, without dot."""
        return "json" if self is ExportFormat.JSON else "csv"

    @property
    def content_type(self) -> str:
        """The MIME type of a download."""
        kind = "application/json" if self is ExportFormat.JSON else "text/csv"
        return f"{kind}; charset=utf-8"


def stream(wanted: EntryFilter, form: ExportFormat, person: User | AnonymousUser | None) -> Iterator[str]:
    """The entries of a filter, piece by piece in constant memory; the audit event is written before the first one."""
    _record(wanted, form, person)
    centers = _latest_summaries(wanted) if form is ExportFormat.JSON else []
    return _render(_rows(wanted), wanted, form, centers)


def write_run(run: ExtractionRun, forms: Iterable[ExportFormat], directory: Path) -> list[Path]:
    """Write what a run has landed into `directory`, one file per form; returns the files.

    A center that failed has no entries in the file, though its earlier ones stay in the results. Raises OSError.
    """
    parts = list(run.center_runs.select_related("center").order_by("center__center_id"))
    landed = tuple(part.center.center_id for part in parts if part.state == RunState.SUCCEEDED)
    summaries = [_summary(part, part.entry_count) for part in parts]
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for form in forms:
        target = directory / file_name(run.date_from, run.date_to, form)
        wanted = EntryFilter(run.date_from, run.date_to, landed)
        # A filter without centers would mean all of them.
        rows = _rows(wanted) if landed else ()
        _write(target, _render(rows, wanted, form, summaries))
        _record(wanted, form, run.requested_by)
        files.append(target)
    return files


def file_name(date_from: dt.date | None, date_to: dt.date | None, form: ExportFormat) -> str:
    """`chart_entries_2026-11-20.csv`, or with both days of a range."""
    days = [day.isoformat() for day in dict.fromkeys((date_from, date_to)) if day]
    name = "_".join(["chart_entries", *days])
    return f"{name}{'_spreadsheet' if form is ExportFormat.SPREADSHEET else ''}.{form.extension}"


def _rows(wanted: EntryFilter) -> Iterator[ExportRow]:
    return (_row(entry) for entry in walk(wanted))


def _row(entry: ChartEntry) -> ExportRow:
    return ExportRow(
        center_id=entry.center.center_id,
        center_name=entry.center.name,
        date=entry.business_date.isoformat(),
        patient_id=entry.patient_id,
        insurance_status=entry.insurance_status,
        insurance_name=entry.insurance_name,
        chart_entry=entry.chart_entry,
        service_codes=entry.codes,
    )


def _render(
    rows: Iterable[ExportRow], wanted: EntryFilter, form: ExportFormat, centers: Sequence[CenterSummary]
) -> Iterator[str]:
    if form is ExportFormat.JSON:
        return json_document(wanted.date_from, wanted.date_to, centers, rows)
    return machine_csv(rows) if form is ExportFormat.CSV else spreadsheet_csv(rows)


def _write(target: Path, pieces: Iterator[str]) -> None:
    """Replace the file at once, so that nobody reads half of it."""
    unfinished = target.with_name(f".{target.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    unfinished.replace(target)


def _latest_summaries(wanted: EntryFilter) -> list[CenterSummary]:
    """One summary for each center that the filter could show: its entries, and how its latest reading went."""
    parts = CenterRun.objects.select_related("center").exclude(state__in=(RunState.QUEUED, RunState.RUNNING))
    if wanted.date_to:
        parts = parts.filter(run__date_from__lte=wanted.date_to)
    if wanted.date_from:
        parts = parts.filter(run__date_to__gte=wanted.date_from)
    if wanted.center_ids:
        parts = parts.filter(center__center_id__in=wanted.center_ids)
    latest = {part.center_id: part for part in parts.order_by("pk")}
    counts = dict(find(wanted).order_by().values_list("center_id").annotate(Count("pk")))
    summaries = [_summary(part, counts.pop(center, 0)) for center, part in latest.items()]
    never_ran = Center.objects.filter(pk__in=list(counts)) if counts else Center.objects.none()
    summaries += [CenterSummary(center.center_id, center.name, counts[center.pk], 0.0, None) for center in never_ran]
    return sorted(summaries, key=lambda summary: summary.id)


def _summary(part: CenterRun, entry_count: int) -> CenterSummary:
    error = None if part.state == RunState.SUCCEEDED else part.error_message or part.get_state_display()
    return CenterSummary(part.center.center_id, part.center.name, entry_count, part.duration_seconds, error)


def _record(wanted: EntryFilter, form: ExportFormat, person: User | AnonymousUser | None) -> None:
    # A searched text may be a patient's name: only that there was one is written down.
    shown = replace(wanted, text="…" if wanted.text else "")
    record(
        person,
        "entries.exported",
        "extraction.chartentry",
        format=form.value,
        rows=find(wanted).count(),
        date_from=shown.date_from.isoformat() if shown.date_from else None,
        date_to=shown.date_to.isoformat() if shown.date_to else None,
        centers=list(shown.center_ids),
        status=shown.status,
        service_code=shown.service_code,
        text=shown.text,
    )
