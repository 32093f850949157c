"""Messages are tried again, given up, doubled and killed half-way; nothing secret is written down."""

import base64
import datetime as dt
import logging
from collections.abc import Iterator

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from centers.key_rotation import rotate
from centers.models import StoredSecret
from extraction import tasks
from extraction.alerts import posting, sending
from extraction.alerts.evaluation import take_up
from extraction.alerts.outcomes import ADVICE, Outcome
from extraction.alerts.sending import WAITS, due_messages, forget_old, retry, send
from extraction.models import AlertChannel, AlertDelivery, AlertMessage
from tests.extraction.alert_builders import MINUTE, facts, news
from tests.extraction.alert_receivers import (
    CANARY,
    KEYS,
    SIGNING_KEY,
    Inbox,
    inbox,
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


def now_due() -> None:
    AlertMessage.objects.update(next_try_at=timezone.now(), lease_until=None)


def test_a_message_is_tried_again_and_then_given_up(hook: Inbox) -> None:
    hook.statuses = [500] * 20
    webhook(hook.address)
    message = news()
    for number in range(len(WAITS) + 3):
        before = timezone.now()
        assert send(message.pk) is (number <= len(WAITS))
        message.refresh_from_db()
        if message.next_try_at:
            assert message.next_try_at - before >= WAITS[number]
        AlertMessage.objects.filter(next_try_at__isnull=False).update(next_try_at=before)
    assert (message.state, message.attempts) == ("failed", len(WAITS) + 1)
    assert (len(hook.received), set(hook.keys)) == (len(WAITS) + 1, {message.key})
    assert AlertChannel.objects.get().failed_count == 1


def test_one_that_was_given_up_can_be_sent_once_more(hook: Inbox) -> None:
    hook.statuses = [404]
    webhook(hook.address)
    message = news()
    send(message.pk)
    assert (retry(message), retry(message)) == (True, False)
    assert send(message.pk)
    message.refresh_from_db()
    assert (message.state, set(hook.keys), len(hook.received)) == ("sent", {message.key}, 2)


def test_a_task_that_comes_twice_sends_once(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    assert (tasks.send_alert(message.pk), tasks.send_alert(message.pk), send(message.pk + 1)) == (True, False, False)
    assert len(hook.received) == 1


def test_a_killed_sender_is_replaced_and_keeps_the_key(hook: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook(hook.address)
    message = news()
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise SystemExit

        # It has sent, and dies before it can say so.
        patch.setattr(sending, "note", killed)
        with pytest.raises(SystemExit):
            send(message.pk)
    assert (due_messages(), send(message.pk)) == ([], False)
    AlertMessage.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert due_messages() == [message.pk]
    assert send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts, hook.keys) == ("sent", 2, [message.key] * 2)


def test_a_frozen_sender_that_wakes_changes_nothing(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    frozen = sending._claim(message.pk)
    assert frozen is not None
    now_due()
    assert send(message.pk)
    sending.note(frozen, posting.Answer(Outcome.TIMEOUT))
    message.refresh_from_db()
    assert (message.state, AlertChannel.objects.get().sent_count) == ("sent", 1)


def test_a_message_whose_processes_all_died_is_given_up(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    AlertMessage.objects.update(attempts=len(WAITS) + 1)
    send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.outcome, hook.received) == ("failed", "interrupted", [])


def test_a_channel_that_was_switched_off_sends_nothing(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    AlertChannel.objects.update(is_active=False)
    assert (due_messages(), send(message.pk), hook.received) == ([], False, [])


def test_a_lost_key_is_told_and_tried_again(hook: Inbox, settings: Settings) -> None:
    webhook(hook.address)
    message = news()
    settings.SECRET_KEYS = []
    send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.outcome) == ("waiting", "secret")


def test_a_rotation_of_keys_takes_channels_along(hook: Inbox, settings: Settings) -> None:
    webhook(hook.address)
    message, new = news(), base64.urlsafe_b64encode(bytes([2]) * 32).decode()
    settings.SECRET_KEYS = [new, *KEYS]
    assert rotate().rotated == 1
    settings.SECRET_KEYS = [new]
    assert send(message.pk)
    assert len(hook.received) == 1


def test_a_host_that_was_changed_behind_the_form_gets_nothing(hook: Inbox) -> None:
    webhook(hook.address)
    AlertChannel.objects.update(host="hooks.slack.com")
    send(news().pk)
    assert (AlertMessage.objects.get().outcome, hook.received) == ("secret", [])


def test_the_tick_rings_for_what_waits(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    OrmQ.objects.all().delete()
    assert tasks.send_alerts() == [message.pk]
    assert [task.key for task in OrmQ.objects.all()] == ["interactive"]
    assert hook.received == []


def test_nothing_secret_is_written_down(hook: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hook.statuses = [500]
    webhook(hook.address)
    message = news()
    send(message.pk)
    rows = [
        str(row)
        for model in (AlertChannel, AlertMessage, AlertDelivery, StoredSecret)
        for row in model.objects.values()
    ]
    written = caplog.text + "".join(rows) + repr(message.__dict__)
    assert (CANARY in written, SIGNING_KEY in written) == (False, False)
    assert "server_error 500" in caplog.text


def test_what_is_old_is_forgotten(hook: Inbox) -> None:
    webhook(hook.address)
    message = news()
    send(message.pk)
    later = timezone.now() + dt.timedelta(days=100)
    forget_old(later)
    # It told of an alert that is still open.
    assert AlertMessage.objects.count() == 1
    take_up(facts(), later)
    take_up(facts(), later + 11 * MINUTE)
    forget_old(later)
    assert AlertMessage.objects.count() == 0


def test_every_outcome_says_what_to_do() -> None:
    assert set(ADVICE) == set(Outcome) - {Outcome.SENT}
