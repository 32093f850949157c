"""Which regions a person sees, and that nobody sees more."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from centers.models import PersonScope, Region
from centers.scope import EVERYTHING, NOTHING, Scope, scope_of
from centers.scope_changes import set_scope
from dentalhub.models import AuditEvent

pytestmark = pytest.mark.django_db


def a_region(code: str) -> Region:
    return Region.objects.create(code=code, name=code.title())


def test_person_without_a_row_sees_nothing() -> None:
    assert scope_of(User.objects.create_user("new")) == NOTHING


def test_anonymous_and_people_who_left_see_nothing(admin: User) -> None:
    admin.is_active = False
    assert scope_of(admin) == NOTHING
    assert scope_of(AnonymousUser()) == NOTHING


def test_superuser_and_the_system_see_everything() -> None:
    assert scope_of(User.objects.create_superuser("root")) == EVERYTHING
    assert scope_of(None) == EVERYTHING


def test_superuser_who_left_sees_nothing() -> None:
    root = User.objects.create_superuser("root")
    root.is_active = False
    assert scope_of(root) == NOTHING


def test_scope_is_asked_for_once(django_assert_num_queries: object) -> None:
    region = a_region("south")
    person = User.objects.create_user("somebody")
    set_scope(person, regions=[region])
    person = User.objects.get(pk=person.pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert scope_of(person) == Scope(all_regions=False, region_ids=frozenset({region.pk}))
        scope_of(person)


def test_change_of_a_scope_counts_at_once_and_is_recorded(admin: User) -> None:
    north, south = a_region("north"), a_region("south")
    person = User.objects.create_user("somebody")
    set_scope(person, all_regions=True, regions=[north], actor=admin)
    assert scope_of(person) == EVERYTHING
    assert PersonScope.objects.get(user=person).regions.count() == 0
    set_scope(person, regions=[south, north], actor=admin)
    assert scope_of(person).region_ids == {north.pk, south.pk}
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor, event.target) == ("person.regions", admin, "auth.user:somebody")
    assert event.details == {"all_regions": False, "regions": ["north", "south"]}


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        (EVERYTHING, EVERYTHING, True),
        (EVERYTHING, Scope(all_regions=False, region_ids=frozenset({1})), True),
        (
            Scope(all_regions=False, region_ids=frozenset({1, 2})),
            Scope(all_regions=False, region_ids=frozenset({1})),
            True,
        ),
        (
            Scope(all_regions=False, region_ids=frozenset({1})),
            Scope(all_regions=False, region_ids=frozenset({2})),
            False,
        ),
        (Scope(all_regions=False, region_ids=frozenset({1})), EVERYTHING, False),
        (NOTHING, NOTHING, True),
    ],
)
def test_scope_covers_what_it_holds(wide: Scope, narrow: Scope, covers: bool) -> None:
    assert wide.covers(narrow) == covers
