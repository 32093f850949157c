"""The pages of alert channels: who sees them, and what is typed and never shown."""

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from centers.models import StoredSecret
from dentalhub.models import AuditEvent
from extraction.alerts.secrets import receiver_of
from extraction.models import AlertChannel
from tests.extraction.alert_builders import channel, region
from tests.extraction.alert_receivers import CANARY, KEYS, SIGNING_KEY, webhook
from tests.scopes import sees

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
CHANNELS, NEW = "/alerts/channels/", "/alerts/channels/new/"
FIELDS = {
    "name": "Operations",
    "kind": "email",
    "is_active": "on",
    "language": "de",
    "recipients": "ops@example.org",
    "all_regions": "on",
    "time_zone": "Europe/Berlin",
}
HOOK = {**FIELDS, "kind": "webhook", "recipients": "", "signing_key": SIGNING_KEY}
SLACK = f"https://hooks.slack.com/services/{CANARY}"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRET_KEYS = KEYS
    cache.clear()


@pytest.fixture
def as_admin(client_of: SignIn, admin: User) -> Client:
    return client_of(admin)


@pytest.mark.parametrize(
    "address", [CHANNELS, NEW, "/alerts/channels/1/", "/alerts/channels/1/delete/", "/alerts/channels/1/log/"]
)
def test_channels_are_for_admins(client_of: SignIn, reviewer: User, client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    assert client_of(reviewer).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/alerts/channels/99/", "/alerts/channels/99/delete/", "/alerts/channels/99/log/"])
def test_an_unknown_channel(as_admin: Client, address: str) -> None:
    assert as_admin.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/alerts/channels/1/test/", "/alerts/messages/1/retry/"])
def test_what_sends_is_posted(as_admin: Client, address: str) -> None:
    assert (as_admin.get(address).status_code, as_admin.post(address).status_code) == (405, 404)


def test_a_new_channel_is_stored_and_recorded(as_admin: Client, admin: User) -> None:
    region("austria")
    answer = as_admin.post(NEW, {**FIELDS, "quiet_from": "22:00", "quiet_until": "06:00", "causes": ["held", "drift"]})
    assert (answer.status_code, answer.headers["Location"]) == (302, CHANNELS)
    made = AlertChannel.objects.get()
    assert (made.kind, made.addresses, made.quiet_from, made.causes) == (
        "email",
        ["ops@example.org"],
        dt.time(22),
        "held,drift",
    )
    event = AuditEvent.objects.get(action="alert_channel.changed")
    assert (event.actor, event.details["changes"]["quiet_from"]) == (admin, [None, "22:00:00"])


def test_the_address_of_a_webhook_is_sealed_and_shown_nowhere(as_admin: Client) -> None:
    assert as_admin.post(NEW, {**HOOK, "address": SLACK}).status_code == 302
    made = AlertChannel.objects.select_related("secret").get()
    receiver = receiver_of(made)
    assert (receiver.address.reveal(), receiver.signing_key.reveal(), made.host) == (
        SLACK,
        SIGNING_KEY,
        "hooks.slack.com",
    )
    pages = "".join(
        as_admin.get(address).content.decode()
        for address in (
            CHANNELS,
            made.get_absolute_url(),
            f"/alerts/channels/{made.pk}/log/",
            f"/alerts/channels/{made.pk}/delete/",
        )
    )
    kept = str(list(AuditEvent.objects.values("details", "target"))) + str(list(StoredSecret.objects.values()))
    assert "hooks.slack.com" in pages
    assert [secret in text for secret in (CANARY, SIGNING_KEY) for text in (pages, kept)] == [False] * 4
    assert AuditEvent.objects.get(action="alert_channel.changed").details["changes"]["address"] == "changed"


def test_what_is_left_empty_stays(as_admin: Client) -> None:
    made = webhook(SLACK)
    assert as_admin.post(made.get_absolute_url(), {**FIELDS, "kind": "webhook", "name": "Other"}).status_code == 302
    made = AlertChannel.objects.select_related("secret").get()
    assert (made.name, receiver_of(made).address.reveal(), StoredSecret.objects.count()) == ("Other", SLACK, 1)


def test_a_new_address_takes_the_place_of_the_former_one(as_admin: Client) -> None:
    made = webhook(SLACK)
    as_admin.post(made.get_absolute_url(), {**FIELDS, "kind": "webhook", "address": f"{SLACK}/2"})
    receiver = receiver_of(AlertChannel.objects.select_related("secret").get())
    assert (receiver.address.reveal(), receiver.signing_key.reveal()) == (f"{SLACK}/2", SIGNING_KEY)
    assert StoredSecret.objects.count() == 1


def test_another_kind_needs_its_own_address(as_admin: Client) -> None:
    made = webhook(SLACK, "slack")
    answer = as_admin.post(made.get_absolute_url(), {**FIELDS, "kind": "teams"})
    assert (answer.status_code, "Type the address that the receiver gave you." in answer.content.decode()) == (
        422,
        True,
    )
    assert as_admin.post(made.get_absolute_url(), FIELDS).status_code == 302
    assert (AlertChannel.objects.get().host, StoredSecret.objects.count()) == ("", 0)


def test_an_address_whose_key_is_lost_can_be_typed_again(as_admin: Client, settings: Settings) -> None:
    made = webhook(SLACK, "slack")
    settings.SECRET_KEYS = [base64.urlsafe_b64encode(bytes([2]) * 32).decode()]
    answer = as_admin.post(made.get_absolute_url(), {**FIELDS, "kind": "slack", "address": f"{SLACK}/2"})
    assert answer.status_code == 302
    assert receiver_of(AlertChannel.objects.select_related("secret").get()).address.reveal() == f"{SLACK}/2"


def test_without_a_key_nothing_is_stored(as_admin: Client, settings: Settings) -> None:
    settings.SECRET_KEYS = []
    answer = as_admin.post(NEW, {**HOOK, "address": SLACK})
    assert (answer.status_code, AlertChannel.objects.count(), CANARY in answer.content.decode()) == (422, 0, False)
    assert "DENTALHUB_SECRET_KEYS is missing" in answer.content.decode()


REFUSED = [
    *("hooks.slack.com/services/x", "ftp://hooks.slack.com/x", "http://hooks.slack.com/x", "https://", "https:///x"),
    *("https://hooks.slack.com:8443/x", "https://hooks.slack.com:port/x", "https://user@hooks.slack.com/x"),
    *(
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com.evil.example/x",
        "https://evilhooks.slack.com/x",
    ),
    *("https://evil.example/hooks.slack.com", "https://evil.example\\@hooks.slack.com/x", "https://logic.azure.com/x"),
    *("https://evil-logic.azure.com/x", "https://hooks.slack.com/x#part", "https://hooks.slack.com/x y"),
    *("https://hooks.slаck.com/x", "https://169.254.169.254/latest/", "https://[::ffff:169.254.169.254]/"),
    *("https://0x7f.1/", "https://2130706433/", "https://10.0.0.5/x", "https://metadata/x"),
    f"https://hooks.slack.com/{'x' * 2000}",
]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"recipients": ""}, "Type at least one address."),
    ({"recipients": "ops@example.org, nobody"}, "“nobody” is no e-mail address."),
    ({"recipients": " ".join(f"p{number}@example.org" for number in range(21))}, "at most 20 addresses"),
    ({"all_regions": ""}, "Choose at least one region."),
    ({"regions": ["mars"], "all_regions": ""}, "mars"),
    ({"causes": ["later"]}, "later"),
    ({"quiet_from": "22:00"}, "Quiet hours have a beginning and an end."),
    ({"quiet_from": "22:00", "quiet_until": "22:00"}, "would be none"),
    ({"time_zone": "Europe/Nowhere"}, "Nowhere"),
    ({"name": "a\nb"}, "id_name_error"),
    ({"kind": "fax"}, "fax"),
    ({"kind": "slack"}, "Type the address that the receiver gave you."),
    ({"kind": "webhook", "address": SLACK}, "Type a key that only the receiver and dentalhub know."),
    ({"kind": "webhook", "address": SLACK, "signing_key": "short"}, "A signing key has 16 to 200 characters."),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_makes_no_sense_is_refused(as_admin: Client, changes: dict[str, Any], said: str) -> None:
    answer = as_admin.post(NEW, {**FIELDS, **changes})
    assert (answer.status_code, AlertChannel.objects.count()) == (422, 0)
    assert said in answer.content.decode()


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_that_nobody_allowed(as_admin: Client, address: str) -> None:
    answer = as_admin.post(NEW, {**HOOK, "address": address})
    assert (answer.status_code, AlertChannel.objects.count(), StoredSecret.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize(
    "address",
    [
        SLACK,
        "https://prod-07.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x",
        "https://default1.aa.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/1?sig=x",
        "http://127.0.0.1:8000/only-in-the-sandbox",
    ],
)
def test_addresses_of_known_receivers(as_admin: Client, address: str) -> None:
    assert as_admin.post(NEW, {**HOOK, "address": address}).status_code == 302


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/x", "https://localhost/x", "http://[::1]/x"])
def test_this_machine_is_allowed_in_a_sandbox_only(as_admin: Client, address: str, settings: Settings) -> None:
    settings.SANDBOX = False
    assert as_admin.post(NEW, {**HOOK, "address": address}).status_code == 422


def test_two_channels_of_one_name(as_admin: Client) -> None:
    channel("Operations")
    assert as_admin.post(NEW, FIELDS).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_channels_ask_as_much_for_one_as_for_three(
    as_admin: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in range(number):
        channel(f"Channel {name}", region("austria"))
    with django_assert_num_queries(5):
        as_admin.get(CHANNELS)


def test_a_channel_is_deleted_after_a_question(as_admin: Client) -> None:
    made = webhook(SLACK, "slack", "Hook")
    address = f"/alerts/channels/{made.pk}/delete/"
    assert "Delete “Hook”?" in as_admin.get(address).content.decode()
    assert AlertChannel.objects.count() == 1
    assert as_admin.post(address).status_code == 302
    assert (AlertChannel.objects.count(), StoredSecret.objects.count()) == (0, 0)
    assert AuditEvent.objects.get(action="alert_channel.deleted").target == "extraction.alertchannel:Hook"


def test_an_admin_of_one_region_has_channels_of_it_only(client_of: SignIn, admin: User) -> None:
    own, other = channel("Vienna", region("austria")), channel("Berlin", region("germany"))
    channel("Orphan", all_regions=False)
    both, everything = channel("Alps", region("austria"), region("germany")), channel("World")
    mine = sees(admin, region("austria"))
    client = client_of(mine)
    page = client.get(CHANNELS).content.decode()
    assert [row.name in page for row in (own, other, both, everything)] == [True, False, False, False]
    assert "Orphan" not in page
    for row in (other, both, everything):
        for action in ("", "delete/", "log/", "test/"):
            address = f"/alerts/channels/{row.pk}/{action}"
            assert (client.post if action == "test/" else client.get)(address).status_code == 404
    form = client.get(NEW).content.decode()
    assert ("Austria" in form, "Germany" in form, "id_all_regions" in form) == (True, False, False)
    assert client.post(NEW, FIELDS).status_code == 422
    assert client.post(NEW, {**FIELDS, "regions": ["germany"]}).status_code == 422
    assert client.post(NEW, {**FIELDS, "regions": ["austria"]}).status_code == 302
    assert AlertChannel.objects.get(name="Operations").all_regions is False
    assert AuditEvent.objects.get(action="alert_channel.changed").region == "austria"
