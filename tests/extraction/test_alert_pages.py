"""The page of alerts: open and past ones, in words, of the own regions."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from extraction.alert_causes import AlertCause
from extraction.alerts.evaluation import take_up
from extraction.alerts.keys import AlertKey
from extraction.models import Alert
from tests.extraction.alert_builders import MINUTE, channel, facts, key_of, open_alert, region
from tests.scopes import sees

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LIST = "/alerts/"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def as_admin(client_of: SignIn, admin: User) -> Client:
    return client_of(admin)


def close_all() -> None:
    take_up(facts(), timezone.now() + 60 * MINUTE)
    take_up(facts(), timezone.now() + 120 * MINUTE)


def test_open_alerts_in_words_with_the_way_to_more(as_admin: Client) -> None:
    open_alert("austria", AlertCause.HELD, 3)
    page = as_admin.get(LIST).content.decode()
    assert "3 days in Austria are held, because far fewer entries came than before" in page
    assert 'href="/results/held/"' in page


def test_past_alerts_stand_apart(as_admin: Client) -> None:
    open_alert()
    close_all()
    assert "Nothing is wrong" in as_admin.get(LIST).content.decode()
    assert "of 2 servers in Austria" in as_admin.get(f"{LIST}?state=past").content.decode()


def test_what_was_only_noticed_is_not_shown(as_admin: Client) -> None:
    take_up(facts((AlertKey(AlertCause.HELD, "", region().pk), 3)), timezone.now())
    assert "Nothing is wrong" in as_admin.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", 2), ("?cause=held", 1), ("?cause=drift", 0), ("?region=germany", 1), ("?region=x", 0), ("?cause=%00", 0)],
)
def test_filters(as_admin: Client, query: str, shown: int) -> None:
    open_alert("austria", AlertCause.HELD, 3)
    open_alert("germany", AlertCause.CERTIFICATE, 3)
    answer = as_admin.get(f"{LIST}{query}", headers=FRAGMENT)
    assert (answer.status_code, answer.content.decode().count('<th scope="row"')) == (200, shown)


@pytest.mark.parametrize("regions", [1, 3])
def test_list_asks_as_much_for_one_alert_as_for_three(
    as_admin: Client, regions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(regions):
        open_alert(f"region{number}")
    with django_assert_num_queries(7):
        as_admin.get(LIST)


def test_htmx_gets_the_table_alone(as_admin: Client) -> None:
    fragment = as_admin.get(LIST, headers=FRAGMENT).content.decode()
    assert ('<div id="alert-table">' in fragment, "<html" in fragment) == (True, False)


def test_everybody_sees_the_own_regions_only(client_of: SignIn, reviewer: User, analyst: User) -> None:
    open_alert("austria")
    open_alert("germany")
    take_up(
        facts((AlertKey(AlertCause.AUDIT_BROKEN), 7), *((key_of(a), a.value) for a in Alert.objects.all())),
        timezone.now(),
    )
    sees(analyst, region("austria"))
    both = client_of(reviewer).get(LIST).content.decode()
    own = client_of(analyst).get(LIST).content.decode()
    assert ("in Austria" in both, "in Germany" in both, "audit trail" in both) == (True, True, True)
    assert ("in Austria" in own, "Germany" in own, "audit trail is not" in own) == (True, False, False)
    # A page that a reviewer may not open is no link.
    assert 'href="/audit/' not in both


def test_empty_list_leads_admins_to_the_first_channel(client_of: SignIn, admin: User, reviewer: User) -> None:
    invitation = '<a class="btn btn-primary btn-sm" href="/alerts/channels/new/">'
    shown = [invitation in client_of(person).get(LIST).content.decode() for person in (admin, reviewer)]
    channel()
    assert [*shown, invitation in client_of(admin).get(LIST).content.decode()] == [True, False, False]


def test_filter_that_finds_nothing_does_not_say_that_nothing_is_wrong(as_admin: Client) -> None:
    open_alert("austria", AlertCause.HELD, 3)
    text = as_admin.get(LIST, {"cause": AlertCause.CERTIFICATE}).content.decode()
    assert ["No alert matches" in text, "Nothing is wrong" in text] == [True, False]
