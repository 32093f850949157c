"""“Send a test”, the log of a channel, and the same on the command line."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries, Settings

from dentalhub.models import AuditEvent
from extraction.models import AlertMessage
from tests.extraction.alert_builders import channel
from tests.extraction.alert_receivers import KEYS, Inbox, inbox, webhook

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRET_KEYS = KEYS
    cache.clear()


@pytest.fixture
def hook() -> Iterator[Inbox]:
    with inbox() as server:
        yield server


@pytest.fixture
def as_admin(client_of: SignIn, admin: User) -> Client:
    return client_of(admin)


def test_the_button_says_what_came_of_it(as_admin: Client, hook: Inbox, admin: User) -> None:
    made = webhook(hook.address)
    hook.statuses = [200, 404]
    address = f"/alerts/channels/{made.pk}/test/"
    first = as_admin.post(address, headers=FRAGMENT).content.decode()
    second = as_admin.post(address, headers=FRAGMENT).content.decode()
    assert ("arrived (HTTP 200)" in first, "notice--ok" in first, "<html" in first) == (True, True, False)
    assert "address not known any more (HTTP 404). The webhook was deleted" in second
    assert [document["kind"] for document in hook.documents] == ["test", "test"]
    events = AuditEvent.objects.filter(action="alert_channel.tested").order_by("sequence")
    assert [(event.actor, event.details["outcome"], event.details["status"]) for event in events] == [
        (admin, "sent", 200),
        (admin, "gone", 404),
    ]


def test_without_javascript_the_log_says_it(as_admin: Client, hook: Inbox) -> None:
    made = webhook(hook.address, is_active=False)
    hook.statuses = [503]
    answer = as_admin.post(f"/alerts/channels/{made.pk}/test/", follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/alerts/channels/{made.pk}/log/", 302)]
    assert ("Test: trouble at the receiver (HTTP 503)." in page, "Send once more" in page) == (True, False)
    # It is not tried again by itself, nor by anybody.
    message = AlertMessage.objects.get()
    assert (message.state, message.next_try_at) == ("failed", None)
    as_admin.post(f"/alerts/messages/{message.pk}/retry/")
    assert AlertMessage.objects.get().state == "failed"


def test_tests_are_few(as_admin: Client) -> None:
    made = channel()
    address = f"/alerts/channels/{made.pk}/test/"
    statuses = [as_admin.post(address, headers=FRAGMENT).status_code for _number in range(6)]
    assert (statuses, len(mail.outbox)) == ([200] * 5 + [429], 5)
    assert as_admin.post(address).status_code == 302
    assert len(mail.outbox) == 5


def test_a_message_that_was_given_up_is_sent_once_more(as_admin: Client) -> None:
    made = channel()
    message = AlertMessage.objects.create(
        channel=made,
        key="1" * 32,
        kind="news",
        state="failed",
        attempts=6,
        outcome="timeout",
        created_at=timezone.now(),
    )
    page = as_admin.get(f"/alerts/channels/{made.pk}/log/").content.decode()
    assert ("no answer in time" in page, "Send once more" in page) == (True, True)
    OrmQ.objects.all().delete()
    assert as_admin.post(f"/alerts/messages/{message.pk}/retry/").status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts, OrmQ.objects.count()) == ("waiting", 0, 1)
    as_admin.post(f"/alerts/messages/{message.pk}/retry/")
    assert AuditEvent.objects.filter(action="alert_message.retried").count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_log_asks_as_much_for_one_message_as_for_three(
    as_admin: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = channel()
    for row in range(number):
        AlertMessage.objects.create(channel=made, key=str(row), kind="news", created_at=timezone.now())
    with django_assert_num_queries(6):
        as_admin.get(f"/alerts/channels/{made.pk}/log/")


def test_the_command_sends_a_test(hook: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
    webhook(hook.address)
    call_command("send_test_alert", "Hook")
    assert (capsys.readouterr().out, len(hook.received)) == ("Hook: arrived (HTTP 200)\n", 1)
    hook.statuses = [403]
    with pytest.raises(CommandError, match=r"Hook: refused \(HTTP 403\)\. The receiver knows the address") as refused:
        call_command("send_test_alert", "Hook")
    with pytest.raises(CommandError, match=r"There is no alert channel “x”\. Known: Hook\.") as unknown:
        call_command("send_test_alert", "x")
    assert (refused.value.returncode, unknown.value.returncode) == (1, 2)
