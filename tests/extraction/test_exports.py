"""Exports, byte by byte."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction.entries import EntryFilter, Key, find, page, walk
from extraction.enums import RunState
from extraction.exports import ExportFormat, file_name, write_run
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import CenterRun, ChartEntry, Export, ExtractionRun
from extraction.runs import finish
from tests.extraction.builders import FRIDAY, MONDAY, entry, success
from tests.extraction.conftest import TaskOf

HEADER = "center_id,center_name,date,patient_id,insurance_status,insurance_name,chart_entry,service_codes"


@pytest.mark.parametrize(
    ("first", "last", "form", "expected"),
    [
        (FRIDAY, FRIDAY, ExportFormat.CSV, "chart_entries_2026-11-20.csv"),
        (MONDAY, FRIDAY, ExportFormat.JSON, "chart_entries_2026-11-16_2026-11-20.json"),
        (None, None, ExportFormat.SPREADSHEET, "chart_entries_spreadsheet.csv"),
        (FRIDAY, FRIDAY, ExportFormat.JSON_LINES, "chart_entries_2026-11-20.jsonl"),
        (FRIDAY, None, ExportFormat.XLSX, "chart_entries_2026-11-20.xlsx"),
    ],
)
def test_file_name(first: dt.date | None, last: dt.date | None, form: ExportFormat, expected: str) -> None:
    assert file_name(first, last, form) == expected


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """Center 1 and 2 have landed three entries each, center 3 has failed."""
    for part in run.center_runs.select_related("center")[:2]:
        entries = [
            entry("7", f"Text {number}", row=f"{number}", codes=("01", "Ä1") if number == 1 else ("010",))
            for number in (1, 2, 3)
        ]
        result = success(task_of(part), *entries)
        assert land([result], {lease.shard_id: lease}) == set()
    CenterRun.objects.filter(state=RunState.QUEUED).update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens on this port."
    )
    finish(lease)
    run.refresh_from_db()
    return run


def test_write_run_names_failed_centers(landed: ExtractionRun, tmp_path: Path) -> None:
    files = write_run(landed, [ExportFormat.CSV, ExportFormat.JSON], tmp_path / "new")
    assert [file.name for file in files] == [
        "chart_entries_2026-11-16_2026-11-20.csv",
        "chart_entries_2026-11-16_2026-11-20.json",
    ]
    lines = files[0].read_bytes().split(b"\r\n")
    assert lines[:2] == [HEADER.encode(), b'center_01,Praxis 1,2026-11-20,7,GKV,AOK Bayern,Text 1,"01,\xc3\x841"']
    assert len(lines) == 8
    document = json.loads(files[1].read_text(encoding="utf-8"))
    assert document["totals"] == {"centers": 3, "failed_centers": 1, "entries": 6}
    assert [center["error"] for center in document["centers"]] == [None, None, "Nothing listens on this port."]
    assert len(document["entries"]) == 6
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(file.name for file in files)


def test_write_run_without_success_has_no_entries(landed: ExtractionRun, tmp_path: Path) -> None:
    CenterRun.objects.update(state=RunState.FAILED)
    (file,) = write_run(landed, [ExportFormat.CSV], tmp_path)
    assert file.read_bytes() == f"{HEADER}\r\n".encode()


def test_files_of_a_run_are_in_the_ledger(landed: ExtractionRun, tmp_path: Path) -> None:
    (file,) = write_run(landed, [ExportFormat.CSV], tmp_path)
    export = Export.objects.get()
    assert (export.state, export.channel, export.requested_name) == ("complete", "command", "system")
    assert (export.row_estimate, export.row_count, export.byte_count) == (6, 6, file.stat().st_size)
    assert export.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    details = AuditEvent.objects.get(action="entries.exported").details
    assert (details["way"], details["patient_ids"], details["reason"]) == ("command", True, "operation")


def test_file_that_cannot_be_written_has_failed(landed: ExtractionRun, tmp_path: Path) -> None:
    (tmp_path / "chart_entries_2026-11-16_2026-11-20.csv").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_run(landed, [ExportFormat.CSV], tmp_path)
    assert Export.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (EntryFilter(), 6),
        (EntryFilter(FRIDAY, FRIDAY), 6),
        (EntryFilter(MONDAY, MONDAY), 0),
        (EntryFilter(date_from=FRIDAY + dt.timedelta(days=1)), 0),
        (EntryFilter(center_ids=("center_02",)), 3),
        (EntryFilter(center_ids=("center_01", "center_02")), 6),
        (EntryFilter(status="GKV"), 6),
        (EntryFilter(status="PKV"), 0),
        (EntryFilter(service_code="01"), 2),
        (EntryFilter(service_code="Ä1"), 2),
        (EntryFilter(service_code="010"), 4),
        (EntryFilter(service_code="1"), 0),
        (EntryFilter(text="text 2"), 2),
    ],
)
def test_filter(wanted: EntryFilter, count: int, landed: ExtractionRun) -> None:
    assert find(wanted).count() == count


def test_pages_by_key_meet_every_entry_once(landed: ExtractionRun) -> None:
    seen: list[int] = []
    key: Key | None = None
    while True:
        found = page(EntryFilter(), key, 2)
        seen += [item.pk for item in found.entries]
        if found.next_key is None:
            break
        key = Key.parse(str(found.next_key))
    expected = ChartEntry.objects.order_by("business_date", "center_id", "position").values_list("pk", flat=True)
    assert seen == list(expected)
    assert [item.pk for item in walk(EntryFilter())] == seen


@pytest.mark.parametrize("text", ["", "x", "2026-11-20.1", "2026-13-01.1.1", "2026-11-20.1.x", f"2026-11-20.{2**63}.1"])
def test_key_of_something_else(text: str) -> None:
    assert Key.parse(text) is None


def test_walk_reads_in_batches(
    landed: ExtractionRun, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("extraction.entries.BATCH", 2)
    with django_assert_num_queries(3):
        assert sum(1 for _entry in walk(EntryFilter())) == 6
    assert Center.objects.count() == 3
