"""Deliveries: to a folder, a bucket and a webhook; tried again, never twice at once, never followed elsewhere."""

import datetime as dt
import hmac
import stat
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from moto import mock_aws

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction import export_deliveries, export_upkeep, tasks
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportChannel
from extraction.export_deliveries import WAITS, deliver
from extraction.export_destinations import usable_destinations
from extraction.export_files import kept_pieces
from extraction.export_formats import ExportFormat
from extraction.export_jobs import cancel
from extraction.export_ledger import begin
from extraction.models import Export
from extraction.reveal_reasons import Why
from tests.extraction.builders import FRIDAY, entry
from tests.extraction.landed_entries import land_entries

SECRET = "a secret of the tests"


class Receiver(HTTPServer):
    """A webhook on this machine that answers with `statuses`, then always with 204."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.received: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/entries?from=dentalhub"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", self.server.address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A running webhook that is allowed."""
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", [server.address])
        monkeypatch.setattr(settings, "EXPORT_WEBHOOK_SECRET", SECRET)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def landed(centers: list[Center], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Center]:
    """Two entries in each center on Friday."""
    monkeypatch.setattr(settings, "EXPORT_STORAGE", str(tmp_path / "files"))
    for center in centers:
        land_entries(center, FRIDAY, entry("4711", "Füllung"), entry("4712", "Prophylaxe", row="2"))
    return centers


def _job(person: User, destination: str, target: str = "daily.csv") -> Export:
    wanted = EntryFilter(FRIDAY, FRIDAY)
    return begin(
        wanted,
        ExportFormat.CSV,
        person,
        ExportChannel.SAVED,
        destination=destination,
        target=target,
        why=Why("billing", "Q3"),
    ).export


def _due_again() -> None:
    Export.objects.update(next_delivery_at=timezone.now())


def test_webhook_gets_the_signed_file(landed: list[Center], analyst: User, receiver: Receiver) -> None:
    job = _job(analyst, receiver.address)
    assert tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.delivery_attempts, job.error) == ("complete", 1, "")
    assert job.delivered_at is not None
    ((path, headers, body),) = receiver.received
    assert path == "/entries?from=dentalhub"
    assert body == b"".join(kept_pieces(job.stored_name))
    assert sha256(body).hexdigest() == job.sha256
    signed = f"{headers['X-Dentalhub-Timestamp']}.".encode() + body
    assert headers["X-Dentalhub-Signature"] == f"sha256={hmac.new(SECRET.encode(), signed, sha256).hexdigest()}"
    assert abs(int(headers["X-Dentalhub-Timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["X-Dentalhub-Export"] == str(job.pk)
    event = AuditEvent.objects.get(action="export.delivered")
    assert (event.actor, event.details["reason"], event.details["note"]) == (analyst, "billing", "Q3")
    assert (event.details["patient_ids"], event.details["sha256"]) == (True, job.sha256)
    assert headers["Content-Disposition"] == 'attachment; filename="daily.csv"'


@pytest.mark.parametrize("status", [302, 307, 400, 401, 500, 503])
def test_webhook_that_refuses_is_asked_again_later(
    status: int, landed: list[Center], analyst: User, receiver: Receiver
) -> None:
    receiver.statuses = [status]
    job = _job(analyst, receiver.address)
    tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, len(receiver.received)) == ("delivering", f"The receiver answered {status}.", 1)
    assert not deliver(job.pk)
    assert tasks.tend_exports() == []
    _due_again()
    assert tasks.tend_exports() == [job.pk]
    assert tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.delivery_attempts, job.error, len(receiver.received)) == ("complete", 2, "", 2)


def test_delivery_is_given_up(landed: list[Center], analyst: User, receiver: Receiver, tmp_path: Path) -> None:
    receiver.statuses = [500] * 20
    job = _job(analyst, receiver.address)
    tasks.write_export(job.pk)
    for _attempt in range(len(WAITS) + 3):
        _due_again()
        deliver(job.pk)
    job.refresh_from_db()
    assert (job.state, job.delivery_attempts) == ("failed", len(WAITS) + 1)
    assert len(receiver.received) == len(WAITS) + 1
    assert export_upkeep.expire() == 1
    assert list((tmp_path / "files").iterdir()) == []


def test_webhook_that_is_gone(landed: list[Center], analyst: User, receiver: Receiver) -> None:
    receiver.shutdown()
    receiver.server_close()
    job = _job(analyst, receiver.address)
    tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("delivering", "ConnectionRefusedError")


def test_delivery_that_comes_twice_is_made_once(landed: list[Center], analyst: User, receiver: Receiver) -> None:
    job = _job(analyst, receiver.address)
    tasks.write_export(job.pk)
    assert not tasks.write_export(job.pk)
    assert not deliver(job.pk)
    assert len(receiver.received) == 1


def test_delivery_of_a_killed_worker_is_done_by_the_next(
    landed: list[Center], analyst: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_export: Export) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(export_deliveries, "send", killed)
        job = _job(analyst, receiver.address)
        with pytest.raises(SystemExit):
            tasks.write_export(job.pk)
    assert not deliver(job.pk)
    Export.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert tasks.tend_exports() == [job.pk]
    assert tasks.write_export(job.pk)
    assert Export.objects.get().state == "complete"


def test_cancelled_delivery_is_not_made(landed: list[Center], analyst: User, receiver: Receiver) -> None:
    receiver.statuses = [500]
    job = _job(analyst, receiver.address)
    tasks.write_export(job.pk)
    assert cancel(job, analyst)
    _due_again()
    assert not deliver(job.pk)
    assert len(receiver.received) == 1


def test_folder_gets_the_file(
    landed: list[Center], analyst: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", [str(tmp_path / "out")])
    job = _job(analyst, str(tmp_path / "out"), "billing/daily.csv")
    tasks.write_export(job.pk)
    file = tmp_path / "out" / "billing" / "daily.csv"
    job.refresh_from_db()
    assert sha256(file.read_bytes()).hexdigest() == job.sha256
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [found.name for found in file.parent.iterdir()] == ["daily.csv"]


def test_link_out_of_the_folder_is_not_followed(
    landed: list[Center], analyst: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", [str(tmp_path / "out")])
    for name in ("out", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "out" / "billing").symlink_to(tmp_path / "elsewhere")
    job = _job(analyst, str(tmp_path / "out"), "billing/daily.csv")
    tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("delivering", "The folder leads out of its destination.")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_destination_that_is_no_longer_allowed(landed: list[Center], analyst: User, tmp_path: Path) -> None:
    job = _job(analyst, str(tmp_path / "out"))
    tasks.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("delivering", "The destination is no longer allowed.")
    assert not (tmp_path / "out").exists()


def test_bucket_gets_the_file(landed: list[Center], analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", ["s3://dental-exports/network"])
    with mock_aws():
        client: Any = boto3.client("s3")
        client.create_bucket(Bucket="dental-exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        job = _job(analyst, "s3://dental-exports/network", "billing/daily.csv")
        tasks.write_export(job.pk)
        job.refresh_from_db()
        stored = client.get_object(Bucket="dental-exports", Key="network/billing/daily.csv")["Body"].read()
    assert (job.state, sha256(stored).hexdigest()) == ("complete", job.sha256)


def test_files_may_wait_in_a_bucket(landed: list[Center], analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several machines: the worker's file reaches the web server through the storage."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(settings, "EXPORT_STORAGE", "s3://dental-exports/waiting")
    with mock_aws():
        client: Any = boto3.client("s3")
        client.create_bucket(Bucket="dental-exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        job = _job(analyst, "")
        tasks.write_export(job.pk)
        job.refresh_from_db()
        assert sha256(b"".join(kept_pieces(job.stored_name))).hexdigest() == job.sha256
        Export.objects.update(expires_at=timezone.now() - dt.timedelta(hours=1))
        assert export_upkeep.expire() == 1
        assert client.list_objects_v2(Bucket="dental-exports")["KeyCount"] == 0


@pytest.mark.parametrize(
    ("place", "secret", "usable"),
    [
        ("https://example.org/in", SECRET, True),
        ("https://example.org/in", "", False),
        ("http://example.org/in", SECRET, False),
        ("http://127.0.0.1:8000/in", SECRET, True),
        ("ftp://example.org", SECRET, False),
        ("relative/folder", "", False),
        ("/srv/exports", "", True),
        ("s3://bucket/prefix", "", True),
    ],
)
def test_usable_destinations(place: str, secret: str, usable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", [place])
    monkeypatch.setattr(settings, "EXPORT_WEBHOOK_SECRET", secret)
    assert (usable_destinations() == [place]) is usable
