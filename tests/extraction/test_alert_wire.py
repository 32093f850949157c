"""Messages over the wire: what Slack, Teams, programs and mailboxes get, and receivers that are ill."""

import datetime as dt
import hmac
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from dentalhub.sandbox.tls import ensure_tls_files, server_context
from extraction.alerts import posting
from extraction.alerts.sending import send
from extraction.models import AlertChannel, AlertMessage
from tests.extraction.alert_builders import channel, news, region
from tests.extraction.alert_receivers import (
    CANARY,
    KEYS,
    SIGNING_KEY,
    Inbox,
    drips,
    encrypted,
    falls_silent,
    hangs_up,
    ill,
    inbox,
    talks_nonsense,
    webhook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRET_KEYS = KEYS
    settings.PUBLIC_URL = "https://dentalhub.example.org"
    monkeypatch.setattr(posting, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(posting, "DEADLINE_SECONDS", 1.0)


@pytest.fixture
def hook() -> Iterator[Inbox]:
    with inbox() as server:
        yield server


def test_a_program_gets_signed_json(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    assert send(message.pk)

    ((path, headers, body),) = hook.received
    assert path == f"/hooks/{CANARY}?sig={CANARY}"
    signed = f"{headers['X-Dentalhub-Timestamp']}.".encode() + body
    assert headers["X-Dentalhub-Signature"] == f"sha256={hmac.new(SIGNING_KEY.encode(), signed, sha256).hexdigest()}"
    assert headers["X-Dentalhub-Delivery"] == message.key
    (document,) = hook.documents
    assert (document["delivery"], document["kind"]) == (message.key, "news")
    first, second = document["alerts"]
    assert (first["cause"], first["severity"], first["change"]) == ("audit_broken", "critical", "opened")
    assert {name: second[name] for name in ("cause", "detail", "region", "count", "text", "url")} == {
        "cause": "centers_failed",
        "detail": "login_failed",
        "region": "austria",
        "count": 14,
        "text": "14 centers in Austria: login failed",
        "url": "https://dentalhub.example.org/results/matrix/?region=austria&open=on",
    }
    message.refresh_from_db()
    assert (message.state, message.outcome, message.http_status, message.attempts) == ("sent", "sent", 200, 1)
    assert AlertChannel.objects.get().sent_count == 1


def test_slack_gets_blocks_and_cannot_be_fooled(hook: Inbox) -> None:
    made = region("evil")
    made.name = "<!channel> & <https://evil.example|click>"
    made.save()
    webhook(hook.address, "slack", language="de")
    message = news("evil")
    send(message.pk)

    (document,) = hook.documents
    header, *sections, context = document["blocks"]
    assert (header["type"], header["text"]["type"], context["type"]) == ("header", "plain_text", "context")
    assert [section["text"]["type"] for section in sections] == ["mrkdwn", "mrkdwn"]
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;" in sections[1]["text"]["text"]
    assert "<!channel>" not in str(document)
    assert "X-Dentalhub-Signature" not in hook.received[0][1]


def test_teams_gets_a_card_without_markup(hook: Inbox) -> None:
    webhook(hook.address, "teams")
    send(news().pk)

    (document,) = hook.documents
    (attachment,) = document["attachments"]
    card = attachment["content"]
    assert (document["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    # Only these show text without reading markup in it.
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][2]["inlines"][1] == {
        "type": "TextRun",
        "text": "14 centers in Austria: login failed",
        "selectAction": {
            "type": "Action.OpenUrl",
            "url": "https://dentalhub.example.org/results/matrix/?region=austria&open=on",
        },
    }
    assert card["body"][1]["inlines"][0]["color"] == "Attention"


def test_mailboxes_get_one_text_in_their_language() -> None:
    channel(language="de", recipients="a@example.org\nb@example.org")
    message = news()
    send(message.pk)

    (sent,) = mail.outbox
    assert (sent.to, sent.bcc) == ([], ["a@example.org", "b@example.org"])
    assert sent.extra_headers["X-Dentalhub-Delivery"] == message.key
    assert sent.extra_headers["Message-ID"] == f"<{message.key}@localhost>"
    assert "https://dentalhub.example.org/results/matrix/?region=austria&open=on" in sent.body


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({}), "recipients"),
        (smtplib.SMTPAuthenticationError(535, b"secret words"), "mail_server"),
        (smtplib.SMTPServerDisconnected("gone"), "unreachable"),
        (ConnectionRefusedError(), "unreachable"),
        (TimeoutError(), "timeout"),
    ],
)
def test_mail_servers_that_refuse(error: Exception, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
    channel()
    send(news().pk)
    assert AlertMessage.objects.get().outcome == outcome


STATUSES = [
    (301, "redirect", "failed"), (302, "redirect", "failed"), (307, "redirect", "failed"),
    (400, "not_taken", "failed"), (401, "forbidden", "failed"), (403, "forbidden", "failed"),
    (404, "gone", "failed"), (410, "gone", "failed"), (413, "not_taken", "failed"),
    (408, "timeout", "waiting"), (429, "too_many", "waiting"), (500, "server_error", "waiting"),
    (503, "server_error", "waiting"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "outcome", "state"), STATUSES)
def test_receivers_that_refuse(hook: Inbox, status: int, outcome: str, state: str) -> None:
    hook.statuses = [status]
    # Nobody follows it; the metadata of a cloud least of all.
    hook.headers = {"Location": "http://169.254.169.254/latest/meta-data/"}
    webhook(hook.address)
    send(news().pk)
    message = AlertMessage.objects.get()
    assert (message.state, message.outcome, message.http_status, len(hook.received)) == (state, outcome, status, 1)


def test_one_that_asks_for_a_rest_gets_it(hook: Inbox) -> None:
    hook.statuses, hook.headers = [429], {"Retry-After": "1800"}
    webhook(hook.address)
    send(news().pk)
    next_try = AlertMessage.objects.get().next_try_at
    assert next_try is not None
    assert next_try - timezone.now() > dt.timedelta(minutes=29)


@pytest.mark.parametrize("conversation", [falls_silent, drips], ids=lambda one: one.__name__)
def test_one_that_never_ends_costs_no_more_than_the_deadline(conversation: Any) -> None:
    with ill(conversation) as address:
        webhook(address)
        message, began = news(), time.monotonic()
        send(message.pk)
        assert time.monotonic() - began < 2.5
    message.refresh_from_db()
    assert (message.state, message.outcome) == ("waiting", "timeout")


@pytest.mark.parametrize(
    ("receiver", "outcome"),
    [
        (lambda _path: ill(talks_nonsense), "server_error"),
        (lambda _path: ill(hangs_up), "server_error"),
        (lambda path: ill(encrypted(server_context(ensure_tls_files(path))), "https"), "tls"),
        (lambda _path: ill(talks_nonsense, "https"), "tls"),
        (lambda _path: nullcontext("http://127.0.0.1:9/hooks"), "unreachable"),
    ],
    ids=["nonsense", "hangs up", "unknown authority", "no TLS at all", "nobody there"],
)
def test_ill_receivers(receiver: Callable[[Path], AbstractContextManager[str]], outcome: str, tmp_path: Path) -> None:
    with receiver(tmp_path) as address:
        webhook(address)
        send(news().pk)
    message = AlertMessage.objects.get()
    assert (message.state, message.outcome, message.http_status) == ("waiting", outcome, None)


@pytest.mark.parametrize(
    ("address", "sandbox"),
    [
        ("http://127.0.0.1:8000/x", False),
        ("https://localhost/x", False),
        ("https://169.254.169.254/latest/meta-data/", True),
        ("https://metadata.google.internal/", True),
        ("https://10.0.0.5/", True),
        ("https://evil.example/?hooks.slack.com", True),
    ],
)
def test_an_address_that_came_past_the_form_is_refused(address: str, sandbox: bool, settings: Settings) -> None:
    webhook(address)
    settings.SANDBOX = sandbox
    send(news().pk)
    message = AlertMessage.objects.get()
    assert (message.state, message.outcome) == ("failed", "address")


def test_an_allowed_name_that_leads_to_metadata_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALERT_HOSTS = ("hooks.slack.com",)
    place = [(2, 1, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_options: place)
    webhook("https://hooks.slack.com/services/x", "slack")
    send(news().pk)
    assert AlertMessage.objects.get().outcome == "address"
