"""Downloads: what the ledger says of each end."""

import hashlib
import io
import json
import logging
import socket
import time
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction import export_reading
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportState
from extraction.export_filters import from_text, is_storable, to_text
from extraction.export_formats import ExportFormat
from extraction.export_rows import Batch
from extraction.export_streams import stream
from extraction.models import Export
from extraction.pseudonyms import pseudonym_of
from extraction.reveal_reasons import Why
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping, entry
from tests.extraction.landed_entries import land_entries

EVERY_PART = EntryFilter(MONDAY, FRIDAY, ("center_01",), "GKV", "01", "Müller", ("germany",), "center_01.AAAAAAAAAA")


@pytest.fixture
def landed(centers: list[Center]) -> list[Center]:
    """Two entries in each center on Friday."""
    for center in centers:
        land_entries(center, FRIDAY, entry("4711", "Füllung"), entry("4712", "Prophylaxe", row="2"))
    return centers


def test_complete_download_is_in_the_ledger(landed: list[Center], analyst: User) -> None:
    data = b"".join(stream(EntryFilter(FRIDAY, FRIDAY), ExportFormat.CSV, analyst))
    export = Export.objects.get()
    assert (export.state, export.channel, export.format) == ("complete", "download", "csv")
    assert (export.row_estimate, export.row_count, export.byte_count) == (6, 6, len(data))
    assert export.sha256 == hashlib.sha256(data).hexdigest()
    assert (export.requested_by, export.requested_name) == (analyst, "analyst")
    assert from_text(export.wanted) == EntryFilter(FRIDAY, FRIDAY)
    assert export.finished_at is not None


def test_ledger_has_the_download_before_its_first_byte(landed: list[Center], analyst: User) -> None:
    stream(EntryFilter(), ExportFormat.CSV, analyst)
    assert Export.objects.get().state == "running"
    assert AuditEvent.objects.get(action="entries.exported").actor == analyst


def test_aborted_download_says_so(landed: list[Center], analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reading, "ROWS_PER_BATCH", 2)
    pieces = stream(EntryFilter(), ExportFormat.CSV, analyst)
    sent = next(pieces) + next(pieces)
    pieces.close()
    export = Export.objects.get()
    assert (export.state, export.row_count, export.byte_count) == ("aborted", 2, len(sent))
    assert export.sha256 == hashlib.sha256(sent).hexdigest()


def test_download_that_never_began_is_aborted(landed: list[Center], analyst: User) -> None:
    stream(EntryFilter(), ExportFormat.XLSX, analyst).close()
    assert Export.objects.get().state == "aborted"


def test_close_after_the_end_changes_nothing(landed: list[Center], analyst: User) -> None:
    pieces = stream(EntryFilter(), ExportFormat.JSON_LINES, analyst)
    assert len(list(pieces)) == 1
    pieces.close()
    assert Export.objects.get().state == "complete"


def test_failed_download_says_what_but_no_value(
    landed: list[Center], analyst: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_wanted: EntryFilter) -> Iterator[Batch]:
        raise ValueError("Füllung 4711")
        yield

    monkeypatch.setattr("extraction.exports.batches", broken)
    with caplog.at_level(logging.DEBUG), pytest.raises(ValueError, match="4711"):
        list(stream(EntryFilter(), ExportFormat.CSV, analyst))
    export = Export.objects.get()
    assert (export.state, export.error) == ("failed", "ValueError")
    assert "4711" not in caplog.text


def test_searched_text_and_patient_are_stored_nowhere(landed: list[Center], analyst: User) -> None:
    pseudonym = str(pseudonym_of("center_01", "4711"))
    wanted = EntryFilter(FRIDAY, text="Füll", pseudonym=pseudonym)
    document = json.loads(b"".join(stream(wanted, ExportFormat.JSON, analyst, why=Why("billing"))))
    assert [found["patient_id"] for found in document["entries"]] == ["4711"]
    export = Export.objects.get()
    assert (export.has_text, export.has_pseudonym) == (True, True)
    kept = json.dumps(list(Export.objects.values()) + list(AuditEvent.objects.values()), default=str)
    assert "Füll" not in kept
    assert "F\\u00fcll" not in kept
    assert pseudonym not in kept


def test_audit_event_has_the_filter_without_the_searched_text(landed: list[Center], analyst: User) -> None:
    stream(replace(EVERY_PART, pseudonym=""), ExportFormat.JSON, analyst, why=Why("other", "an audit"))
    assert AuditEvent.objects.get(action="entries.exported").details == {
        "export": Export.objects.get().pk,
        "way": "download",
        "format": "json",
        "rows": 0,
        "date_from": "2026-11-16",
        "date_to": "2026-11-20",
        "centers": ["center_01"],
        "regions": ["germany"],
        "held_regions": ["germany"],
        "status": "GKV",
        "service_code": "01",
        "text": "…",
        "pseudonym": "",
        "patient_ids": True,
        "reason": "other",
        "note": "an audit",
    }


def test_person_who_may_not_see_patients_gets_pseudonyms(
    landed: list[Center], analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REVEAL_ROLES", ["admin"])
    wanted = EntryFilter(center_ids=("center_01",))
    lines = b"".join(stream(wanted, ExportFormat.CSV, analyst, why=Why("billing"))).decode().split("\r\n")
    assert [line.split(",")[3] for line in lines[1:-1]] == [
        str(pseudonym_of("center_01", patient)) for patient in ("4711", "4712")
    ]
    export = Export.objects.get()
    assert (export.shows_patients, export.reason, export.why) == (False, "", None)


def test_without_a_reason_there_are_pseudonyms(landed: list[Center], analyst: User) -> None:
    wanted = EntryFilter(center_ids=("center_01",), text="Füllung")
    lines = b"".join(stream(wanted, ExportFormat.CSV, analyst)).decode().split("\r\n")
    assert [line.split(",")[3] for line in lines[1:-1]] == [str(pseudonym_of("center_01", "4711"))]
    assert Export.objects.get().shows_patients is False


def test_stored_filter_reads_back() -> None:
    assert from_text(to_text(EVERY_PART)) == replace(EVERY_PART, text="", pseudonym="")
    assert from_text(to_text(EntryFilter())) == EntryFilter()
    assert to_text(EntryFilter()) == "{}"


@pytest.mark.parametrize("name", [field.name for field in fields(EntryFilter)])
def test_filter_may_be_stored_unless_it_says_something_about_a_patient(name: str) -> None:
    wanted = replace(EntryFilter(), **{name: getattr(EVERY_PART, name)})
    assert is_storable(wanted) is (wanted.without_patients() == wanted)
    assert is_storable(wanted) is (name not in {"text", "pseudonym"})


def test_workbook_is_streamed_from_a_private_directory(landed: list[Center], analyst: User) -> None:
    data = b"".join(stream(EntryFilter(), ExportFormat.XLSX, analyst))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    work = settings.DATA_DIR / "exports" / "work"
    assert work.stat().st_mode & 0o777 == 0o700
    assert Export.objects.get().byte_count == len(data)


@pytest.mark.django_db(transaction=True)
def test_client_that_goes_away_in_the_middle(live_server: LiveServer, analyst: User) -> None:
    """Over a socket: the server notices when it writes, closes the answer, and the ledger says so."""
    center = center_with_mapping()
    for number in range(60):
        day = FRIDAY.replace(day=1 + number % 28, month=1 + number // 28)
        land_entries(center, day, *(entry(str(row), "ä" * 2000, row=str(row)) for row in range(100)))
    client = Client()
    client.force_login(analyst)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    token = "a" * 32
    body = f"format=csv&csrfmiddlewaretoken={token}"
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(
            f"POST {reverse('extraction:entry_export')} HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        received = 0
        while received < 500_000:
            received += len(connection.recv(4096))
    deadline = time.monotonic() + 20
    while Export.objects.filter(state=ExportState.RUNNING).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    export = Export.objects.get()
    assert export.state == "aborted"
    assert 0 < export.row_count < 6000
