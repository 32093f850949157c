import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import translation
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from centers.outgoing import is_callable
from dentalhub.language_models import PersonLanguage
from mappings.approval import approve, reject, submit
from mappings.enums import NoticeEvent
from mappings.models import Mapping, Notice
from mappings.notice_delivery import deliver
from mappings.notices import announce
from mappings.tasks import deliver_notices
from tests.scopes import sees_all_regions


class Receiver:
    """What the webhook's receiver got, and what it answers."""

    def __init__(self) -> None:
        self.status = 204
        self.got: list[dict[str, Any]] = []
        self.types: list[str | None] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(json.loads(body))
                receiver.types.append(self.headers["Content-Type"])
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?token=x"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on this machine that the settings name."""
    found = Receiver()
    thread = Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.NOTICE_WEBHOOK_URL = found.address
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def mails(settings: Settings, reviewer: User) -> None:
    """E-mails are on, and one reviewer has an address."""
    settings.NOTICE_EMAILS = True
    settings.PUBLIC_URL = "https://hub.example.org"
    User.objects.filter(pk=reviewer.pk).update(email="reviewer@example.org")


def events() -> list[tuple[str, str]]:
    return [(str(notice.mapping), notice.event) for notice in Notice.objects.select_related("mapping__center")]


def test_nothing_is_stored_where_nobody_wants_to_know(proposal: Mapping, reviewer: User) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    assert announce(NoticeEvent.DRIFTED, proposal) is False
    assert (Notice.objects.count(), deliver()) == (0, 0)


def test_every_change_of_state_is_announced_once(mails: None, proposal: Mapping, reviewer: User, admin: User) -> None:
    submit(proposal, admin)
    reject(proposal, reviewer, "The wrong table.")
    assert announce(NoticeEvent.REJECTED, proposal) is False
    assert events() == [
        ("center_01 v1", "waiting"),
        ("center_01 v1", "submitted"),
        ("center_01 v1", "rejected"),
    ]


def test_database_refuses_a_second_notice(mails: None, proposal: Mapping) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(mapping=proposal, event="waiting")


def test_queue_is_asked_only_after_the_commit(
    mails: None, proposal: Mapping, reviewer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        approve(proposal, reviewer, all_looked_at=True)
    assert OrmQ.objects.count() == 0
    for callback in callbacks:
        callback()
    assert [task.func() for task in OrmQ.objects.all()] == ["mappings.tasks.deliver_notices"]


def test_decision_stands_when_the_queue_is_gone(
    mails: None,
    proposal: Mapping,
    reviewer: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr("dentalhub.queue_wire.async_task", broken)
    with django_capture_on_commit_callbacks(execute=True):
        approve(proposal, reviewer, all_looked_at=True)
    proposal.refresh_from_db()
    assert proposal.status == "approved"
    # The next call of the worker makes up for it.
    assert deliver_notices() == 1


def test_one_mail_tells_all_reviewers_what_is_new(mails: None, proposal: Mapping, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(email="admin@example.org")
    left = User.objects.create_user("left", email="left@example.org", is_active=False)
    second = User.objects.create_user("second", email="second@example.org")
    for person in (left, second, User.objects.create_user("without")):
        person.groups.add(Group.objects.get(name="reviewer"))
        sees_all_regions(person)
    submit(proposal, admin)
    assert deliver() == 2
    (message,) = mail.outbox
    assert message.bcc == ["reviewer@example.org", "second@example.org"]
    assert message.to == []
    assert message.subject == "dentalhub: 2 mappings"
    assert str(message.body).splitlines()[0] == (
        "center_01 (Praxis Müller 1), version 1: waits for a review. https://hub.example.org/mappings/center_01/1/"
    )
    assert "https://hub.example.org/review/" in str(message.body)
    assert deliver() == 0
    assert len(mail.outbox) == 1


def test_each_reviewer_reads_the_own_language(mails: None, proposal: Mapping, admin: User, reviewer: User) -> None:
    second = User.objects.create_user("second", email="second@example.org")
    second.groups.add(Group.objects.get(name="reviewer"))
    sees_all_regions(second)
    PersonLanguage.objects.create(user=second, language="de")
    submit(proposal, admin)
    with translation.override("de"):
        deliver()
    english, german = sorted(mail.outbox, key=lambda message: message.bcc)
    assert (english.bcc, german.bcc) == (["reviewer@example.org"], ["second@example.org"])
    assert (english.subject, german.subject) == ("dentalhub: 2 mappings", "dentalhub: 2 Zuordnungen")
    assert "waits for a review" in str(english.body)
    assert "wartet auf eine Prüfung" in str(german.body)


def test_what_is_decided_waits_no_more(mails: None, proposal: Mapping, reviewer: User) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    assert deliver() == 1
    assert "version 1: approved." in str(mail.outbox[0].body)
    assert "waits for a review" not in str(mail.outbox[0].body)


def test_reason_is_told_to_nobody(mails: None, receiver: Receiver, proposal: Mapping, reviewer: User) -> None:
    reject(proposal, reviewer, "Seen with Erika Musterfrau.")
    assert deliver() == 1
    assert "Musterfrau" not in str(mail.outbox[0].body)
    assert "Musterfrau" not in json.dumps(receiver.got)


def test_without_a_recipient_no_mail_is_sent(settings: Settings, proposal: Mapping) -> None:
    settings.NOTICE_EMAILS = True
    announce(NoticeEvent.DRIFTED, proposal)
    assert deliver() == 1
    assert mail.outbox == []


def test_webhook_gets_plain_data(receiver: Receiver, proposal: Mapping, reviewer: User) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    assert deliver() == 1
    ((notice,),) = [document["notices"] for document in receiver.got]
    assert notice.pop("at") == Notice.objects.get(event="approved").created_at.isoformat()
    assert notice == {
        "event": "approved",
        "center": "center_01",
        "region": "germany",
        "version": 1,
        "status": "approved",
        "content_hash": proposal.content_hash,
        "url": "/mappings/center_01/1/",
    }
    assert receiver.types == ["application/json; charset=utf-8"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_refusing_receiver_is_logged_and_asked_no_more(
    status: int, receiver: Receiver, proposal: Mapping, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = status
    announce(NoticeEvent.DRIFTED, proposal)
    assert deliver() == 2
    assert f"the receiver answered {status}" in caplog.text
    assert "token" not in caplog.text
    assert [notice.error for notice in Notice.objects.all()] == ["webhook: WebhookError"] * 2
    assert deliver() == 0
    assert len(receiver.got) == 1


def test_one_channel_that_fails_stops_no_other(
    mails: None, settings: Settings, proposal: Mapping, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NOTICE_WEBHOOK_URL = "http://127.0.0.1:9/hook"
    announce(NoticeEvent.DRIFTED, proposal)
    assert deliver() == 2
    assert len(mail.outbox) == 1
    assert "were not sent by webhook" in caplog.text


def test_two_deliveries_never_send_the_same(mails: None, proposal: Mapping) -> None:
    Notice.objects.filter(mapping=proposal).update(claimed_at=proposal.created_at)
    assert deliver() == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("address", "callable_"),
    [
        ("https://chat.example.org/hook", True),
        ("http://127.0.0.1:8080/hook", True),
        ("http://localhost/", True),
        ("http://[::1]:1/", True),
        ("http://chat.example.org/hook", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://localhost@example.org/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_https_and_this_machine_are_called(address: str, callable_: bool) -> None:
    assert is_callable(address) is callable_
