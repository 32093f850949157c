"""Regions that a provider's claims give."""

import pytest
from django.contrib.auth.models import User

from centers.models import Region
from centers.scope import Scope
from centers.scope_changes import set_scope, stored_scope
from dentalhub.claims import Grants
from dentalhub.models import AuditEvent
from dentalhub.sign_in.provider_grants import regions_claimed
from dentalhub.sign_in.providers import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(analyst: User) -> Region:
    set_scope(analyst)
    return Region.objects.create(code="elsewhere", name="Elsewhere")


def recorded() -> list[object]:
    """What was recorded about regions by those who take them from claims."""
    events = AuditEvent.objects.filter(action="person.regions").order_by("sequence")
    return [event.details["regions"] for event in events[1:]]


def claim(user: User, *codes: str) -> Scope:
    regions_claimed.send(sender=Provider, user=user, grants=Grants(frozenset(), frozenset(codes)))
    return stored_scope(user)


def test_regions_are_set_by_their_codes(analyst: User, region: Region) -> None:
    assert claim(analyst, "elsewhere", "nowhere") == Scope(False, frozenset({region.pk}))
    assert recorded() == [["elsewhere"]]


def test_all_regions(analyst: User, region: Region) -> None:
    assert claim(analyst, "*", "elsewhere") == Scope(True)


def test_what_is_not_claimed_any_more_is_taken(analyst: User, region: Region) -> None:
    claim(analyst, "elsewhere")
    assert claim(analyst) == Scope(False)


def test_the_same_regions_are_not_recorded_again(analyst: User, region: Region) -> None:
    claim(analyst, "elsewhere")
    claim(analyst, "elsewhere")
    assert recorded() == [["elsewhere"]]
