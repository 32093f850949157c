"""Files in the background: claimed once, done by the next when a worker dies, deleted when their time is over."""

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks

from centers.models import Center, DatabaseServer, Region
from dentalhub.models import AuditEvent
from extraction import export_files, export_jobs, export_upkeep, exports, tasks
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportState
from extraction.exceptions import ExportRefusedError
from extraction.export_files import FORGOTTEN_SECONDS, ExportStorageError, forget, kept_pieces, work_directory
from extraction.export_formats import ExportFormat
from extraction.export_jobs import MOST_OPEN, cancel, claim, request_export, write
from extraction.models import Export
from tests.extraction.builders import FRIDAY, entry
from tests.extraction.landed_entries import land_entries

WANTED = EntryFilter(FRIDAY, FRIDAY)
LATER = dt.timedelta(hours=1)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The storage of exports."""
    monkeypatch.setattr(settings, "EXPORT_STORAGE", str(tmp_path / "files"))
    return tmp_path / "files"


@pytest.fixture
def landed(centers: list[Center], files: Path) -> list[Center]:
    """Two entries in each center on Friday."""
    for center in centers:
        land_entries(center, FRIDAY, entry("4711", "Füllung"), entry("4712", "Prophylaxe", row="2"))
    return centers


@pytest.fixture
def job(landed: list[Center], analyst: User) -> Export:
    """A CSV of Friday that waits."""
    return request_export(WANTED, ExportFormat.CSV, analyst).export


def _names(files: Path) -> list[str]:
    return sorted(file.name for file in files.iterdir()) if files.is_dir() else []


def _silent(job: Export) -> None:
    """The owner of the job has died a while ago."""
    Export.objects.filter(pk=job.pk).update(lease_until=timezone.now() - LATER)


@pytest.mark.parametrize("form", list(ExportFormat))
def test_job_makes_the_file(form: ExportFormat, landed: list[Center], analyst: User, files: Path) -> None:
    job = request_export(WANTED, form, analyst).export
    assert write(job.pk)
    job.refresh_from_db()
    data = b"".join(kept_pieces(job.stored_name))
    assert (job.state, job.row_count, job.byte_count) == ("complete", 6, len(data))
    assert job.sha256 == hashlib.sha256(data).hexdigest()
    assert _names(files) == [job.stored_name]
    assert job.stored_name.endswith(f".{form.extension}")
    assert stat.S_IMODE((files / job.stored_name).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.stat().st_mode) == 0o700
    assert job.expires_at is not None
    assert abs(job.expires_at - timezone.now() - dt.timedelta(hours=settings.EXPORT_HOURS)) < dt.timedelta(minutes=1)


def test_job_that_comes_twice_is_done_once(job: Export, files: Path) -> None:
    assert write(job.pk)
    first = _names(files)
    assert not write(job.pk)
    assert _names(files) == first
    assert Export.objects.get().attempts == 1


def test_claimed_job_is_nobody_elses(job: Export) -> None:
    assert claim(job.pk) is not None
    assert claim(job.pk) is None
    assert not write(job.pk)


def test_killed_worker_is_followed_by_the_next(job: Export, files: Path) -> None:
    """The first one dies after its file is stored and before the row says so."""
    dead = claim(job.pk)
    assert dead is not None
    files.mkdir()
    (files / "half.csv").write_bytes(b"half")
    Export.objects.filter(pk=job.pk).update(stored_name="half.csv")
    assert tasks.tend_exports() == []
    _silent(job)
    assert tasks.tend_exports() == [job.pk]
    assert OrmQ.objects.count() == 1
    assert write(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.row_count) == ("complete", 2, 6)
    assert _names(files) == [job.stored_name]


def test_frozen_worker_that_wakes_leaves_the_other_ones_file(
    job: Export, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = export_files.keep

    def slow(path: Path, name: str) -> None:
        keep(path, name)
        monkeypatch.setattr(export_jobs, "keep", keep)
        _silent(job)
        assert write(job.pk)

    monkeypatch.setattr(export_jobs, "keep", slow)
    assert not write(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("complete", 2)
    assert _names(files) == [job.stored_name]


def test_job_is_given_up_after_three_deaths(job: Export) -> None:
    for _attempt in range(3):
        assert claim(job.pk) is not None
        _silent(job)
        tasks.tend_exports()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "ProcessDied", 3)
    assert claim(job.pk) is None


def test_job_that_the_queue_lost_is_rung_for_again(job: Export) -> None:
    assert tasks.tend_exports() == []
    Export.objects.filter(pk=job.pk).update(queued_at=timezone.now() - LATER)
    assert tasks.tend_exports() == [job.pk]
    assert tasks.tend_exports() == []


def test_dispatch_puts_only_the_key_into_the_queue(
    job: Export, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch_export(job)
    (queued,) = OrmQ.objects.all()
    assert queued.task["args"] == (job.pk,)
    assert tasks.write_export(job.pk)


def test_failed_job_says_what_but_no_value(
    job: Export, files: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object) -> Iterator[object]:
        raise ValueError("Füllung 4711")
        yield

    monkeypatch.setattr(export_jobs, "entries_for", broken)
    assert write(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "ValueError")
    assert "4711" not in caplog.text
    assert _names(files) == []


def test_cancelled_before_it_began(job: Export, analyst: User) -> None:
    assert cancel(job, analyst)
    assert not write(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not cancel(job, analyst)


def test_cancelled_while_it_is_written(
    job: Export, analyst: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_jobs, "_NOTE_SECONDS", -1)
    render = exports.render

    def cancelling(*args: object) -> object:
        assert cancel(job, analyst)
        return render(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(export_jobs, "render", cancelling)
    assert write(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sha256 != "") == ("cancelled", True)
    assert _names(files) == []


def test_file_is_deleted_when_its_time_is_over(job: Export, files: Path) -> None:
    write(job.pk)
    assert export_upkeep.expire() == 0
    Export.objects.update(expires_at=timezone.now() - LATER)
    assert export_upkeep.expire() == 1
    job.refresh_from_db()
    assert (job.state, job.stored_name) == ("expired", "")
    assert len(job.sha256) == 64
    assert _names(files) == []


def test_file_that_is_gone_expires_all_the_same(job: Export, files: Path) -> None:
    write(job.pk)
    job.refresh_from_db()
    forget(job.stored_name)
    Export.objects.update(expires_at=timezone.now() - LATER)
    assert export_upkeep.expire() == 1


def test_download_whose_process_is_gone_has_failed(job: Export) -> None:
    Export.objects.update(channel="download", state=ExportState.RUNNING, lease_until=timezone.now() - LATER)
    assert export_upkeep.end_what_died() == 1
    assert Export.objects.get().state == "failed"


def test_storage_that_cannot_be_used_fails_the_job(job: Export, files: Path) -> None:
    files.write_text("a file where the folder should be")
    assert write(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "ExportStorageError")


def test_missing_file_is_an_error_without_its_name(files: Path) -> None:
    with pytest.raises(ExportStorageError) as caught:
        kept_pieces("secret.csv")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("wanted", [EntryFilter(text="Müller"), EntryFilter(pseudonym="center_01.AAAAAAAAAA")])
def test_what_was_searched_for_is_no_job(wanted: EntryFilter, landed: list[Center], analyst: User) -> None:
    with pytest.raises(ExportRefusedError):
        request_export(wanted, ExportFormat.CSV, analyst)
    assert Export.objects.count() == 0


def test_same_request_is_one_job(landed: list[Center], analyst: User) -> None:
    first, second = (request_export(WANTED, ExportFormat.CSV, analyst, key="k" * 32) for _time in range(2))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.export == second.export


def test_too_many_unfinished_files_of_one_person(landed: list[Center], analyst: User, admin: User) -> None:
    for _number in range(MOST_OPEN):
        request_export(WANTED, ExportFormat.CSV, analyst)
    with pytest.raises(ExportRefusedError):
        request_export(WANTED, ExportFormat.CSV, analyst)
    assert request_export(WANTED, ExportFormat.CSV, admin).is_new


def test_unfinished_file_of_a_killed_process_is_deleted(
    job: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    with work_directory() as folder:
        left = folder.with_name("left by a killed one")
        left.mkdir(mode=0o700)
        (left / "entries").write_bytes(b"patients")
        then = timezone.now().timestamp() - FORGOTTEN_SECONDS - 1
        os.utime(left, (then, then))
        export_upkeep.expire()
        assert (left.exists(), folder.exists()) == (False, True)
    assert list((tmp_path / "exports" / "work").iterdir()) == []


def test_events_belong_to_the_region_where_there_is_one_only(landed: list[Center], analyst: User) -> None:
    def cancelled(wanted: EntryFilter) -> Export:
        export = request_export(wanted, ExportFormat.CSV, analyst).export
        assert cancel(export, analyst)
        return export

    cancelled(EntryFilter(center_ids=(landed[0].center_id,)))
    other = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(code="wien", region=other, host="localhost", user="x")
    Center.objects.create(center_id="center_99", name="Wien", server=server, database="d")
    cancelled(EntryFilter())
    found = AuditEvent.objects.filter(kind__in=("export", "change")).order_by("sequence")
    assert [(event.action, event.region) for event in found] == [
        ("entries.exported", "germany"),
        ("export.cancelled", "germany"),
        ("entries.exported", ""),
        ("export.cancelled", ""),
    ]
