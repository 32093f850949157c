"""Who may manage whom, case by case."""

import pytest

from centers.people_rules import (
    Reach,
    Refusal,
    Standing,
    Wanted,
    refusal_of_link,
    refusal_to_change,
    refusal_to_create,
    refusal_to_manage,
)
from dentalhub.access import Role

ALL, NONE = Reach(all_regions=True), Reach()
DE, AT = Reach(regions=frozenset({"germany"})), Reach(regions=frozenset({"austria"}))
BOTH = Reach(regions=frozenset({"germany", "austria"}))


def one(*roles: Role, reach: Reach = DE, pk: int = 2, **more: bool) -> Standing:
    return Standing(pk, frozenset(roles), reach, **more)


def wanted(*roles: Role, reach: Reach = DE, is_active: bool = True) -> Wanted:
    return Wanted(frozenset(roles), reach, is_active)


ROOT = Standing(1, is_superuser=True)
BOSS = one(Role.ADMIN, reach=ALL, pk=1)
GERMAN = one(Role.ADMIN, reach=DE, pk=1)
ANNA = one(Role.ANALYST)


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        (ALL, ALL, True),
        (ALL, BOTH, True),
        (BOTH, ALL, False),
        (BOTH, DE, True),
        (DE, BOTH, False),
        (DE, AT, False),
        (DE, NONE, True),
        (NONE, DE, False),
        (NONE, NONE, True),
    ],
)
def test_reach_covers(wide: Reach, narrow: Reach, covers: bool) -> None:
    assert wide.covers(narrow) == covers


def test_codes_of_a_reach() -> None:
    assert (ALL.codes, BOTH.codes, NONE.codes) == (["*"], ["austria", "germany"], [])


@pytest.mark.parametrize(
    ("actor", "person", "refusal"),
    [
        (BOSS, ANNA, None),
        (BOSS, one(Role.ADMIN, reach=ALL), None),
        (GERMAN, ANNA, None),
        (GERMAN, one(Role.ADMIN), None),
        (GERMAN, one(Role.ANALYST, reach=NONE), None),
        (GERMAN, one(Role.ANALYST, reach=AT), Refusal.OUTSIDE),
        (GERMAN, one(Role.ANALYST, reach=BOTH), Refusal.OUTSIDE),
        (GERMAN, one(Role.ANALYST, reach=ALL), Refusal.OUTSIDE),
        (GERMAN, one(reach=NONE, is_superuser=True), Refusal.SUPERUSER),
        (BOSS, one(reach=NONE, is_superuser=True), Refusal.SUPERUSER),
        (BOSS, one(Role.ANALYST, is_staff=True), Refusal.SUPERUSER),
        (one(Role.ADMIN, reach=ALL, pk=1, is_staff=True), one(is_staff=True), Refusal.SUPERUSER),
        (ROOT, one(is_superuser=True), None),
        (ROOT, one(is_staff=True), None),
        (ROOT, one(Role.ANALYST, reach=ALL), None),
        (ROOT, ROOT, Refusal.ONESELF),
        (BOSS, BOSS, Refusal.ONESELF),
        (one(Role.REVIEWER, Role.ANALYST, Role.AUDITOR, reach=ALL, pk=1), ANNA, Refusal.NOT_ADMIN),
        (one(Role.ADMIN, reach=ALL, pk=1, is_active=False), ANNA, Refusal.NOT_ADMIN),
        (Standing(1, is_superuser=True, is_active=False), ANNA, Refusal.NOT_ADMIN),
        (one(reach=ALL, pk=1, is_staff=True), ANNA, Refusal.NOT_ADMIN),
        (one(Role.ADMIN, reach=NONE, pk=1), ANNA, Refusal.OUTSIDE),
    ],
)
def test_who_manages_whom(actor: Standing, person: Standing, refusal: Refusal | None) -> None:
    assert refusal_to_manage(actor, person) == refusal


@pytest.mark.parametrize(
    ("actor", "new", "refusal"),
    [
        (BOSS, wanted(Role.ADMIN, reach=ALL), None),
        (GERMAN, wanted(Role.ADMIN, reach=DE), None),
        (GERMAN, wanted(Role.ANALYST, reach=NONE), None),
        (GERMAN, wanted(Role.ANALYST, reach=ALL), Refusal.REGION),
        (GERMAN, wanted(Role.ANALYST, reach=BOTH), Refusal.REGION),
        (GERMAN, wanted(Role.AUDITOR, reach=DE), None),
        (BOSS, wanted(Role.AUDITOR, reach=DE), None),
        (ROOT, wanted(Role.AUDITOR, reach=ALL), None),
        (one(Role.REVIEWER, reach=ALL), wanted(Role.ANALYST), Refusal.NOT_ADMIN),
    ],
)
def test_who_brings_in_whom(actor: Standing, new: Wanted, refusal: Refusal | None) -> None:
    assert refusal_to_create(actor, new) == refusal


@pytest.mark.parametrize(
    ("actor", "person", "new", "refusal"),
    [
        (BOSS, ANNA, wanted(Role.ADMIN, reach=ALL), None),
        (GERMAN, ANNA, wanted(Role.ANALYST, reach=BOTH), Refusal.REGION),
        (GERMAN, ANNA, wanted(Role.ANALYST, reach=ALL), Refusal.REGION),
        (GERMAN, ANNA, wanted(Role.ANALYST, Role.AUDITOR), None),
        (GERMAN, one(Role.ANALYST, reach=AT), wanted(Role.ANALYST, reach=DE), Refusal.OUTSIDE),
        (BOSS, ANNA, wanted(Role.ANALYST, is_active=False), None),
        (BOSS, one(Role.ANALYST, roles_from_provider=True), wanted(Role.REVIEWER), Refusal.FROM_PROVIDER),
        (BOSS, one(Role.ANALYST, roles_from_provider=True), wanted(Role.ANALYST, reach=AT), None),
        (ROOT, one(Role.ANALYST, roles_from_provider=True), wanted(), Refusal.FROM_PROVIDER),
        (BOSS, one(Role.ANALYST, regions_from_provider=True), wanted(Role.ANALYST, reach=AT), Refusal.FROM_PROVIDER),
        (BOSS, one(Role.ANALYST, regions_from_provider=True), wanted(Role.REVIEWER), None),
        # Oneself: name and e-mail only.
        (BOSS, BOSS, wanted(Role.ADMIN, reach=ALL), None),
        (BOSS, BOSS, wanted(Role.ADMIN, Role.REVIEWER, reach=ALL), Refusal.ONESELF),
        (BOSS, BOSS, wanted(Role.ADMIN, reach=DE), Refusal.ONESELF),
        (GERMAN, GERMAN, wanted(Role.ADMIN, reach=ALL), Refusal.ONESELF),
        (BOSS, BOSS, wanted(Role.ADMIN, reach=ALL, is_active=False), Refusal.ONESELF),
        (ANNA, ANNA, wanted(Role.ANALYST), Refusal.NOT_ADMIN),
    ],
)
def test_who_changes_what(actor: Standing, person: Standing, new: Wanted, refusal: Refusal | None) -> None:
    assert refusal_to_change(actor, person, new, [BOSS, ROOT]) == refusal


OTHER = one(Role.ADMIN, reach=ALL, pk=2)
LOCAL = one(Role.ADMIN, reach=DE, pk=3)
NO_ADMIN, LESS, OUT = (
    wanted(Role.ANALYST, reach=ALL),
    wanted(Role.ADMIN),
    wanted(Role.ADMIN, reach=ALL, is_active=False),
)


@pytest.mark.parametrize(
    ("new", "admins", "refusal"),
    [
        (NO_ADMIN, [OTHER], Refusal.LAST_ADMIN),
        (OUT, [OTHER], Refusal.LAST_ADMIN),
        (LESS, [OTHER], Refusal.LAST_ADMIN),
        # An admin of some regions cannot bring back an admin of all.
        (NO_ADMIN, [OTHER, LOCAL], Refusal.LAST_ADMIN),
        (OUT, [OTHER, LOCAL], Refusal.LAST_ADMIN),
        (LESS, [OTHER, LOCAL], Refusal.LAST_ADMIN),
        (NO_ADMIN, [OTHER, one(Role.ADMIN, reach=ALL, pk=3, is_active=False)], Refusal.LAST_ADMIN),
        (NO_ADMIN, [OTHER, BOSS], None),
        (OUT, [OTHER, BOSS], None),
        (LESS, [OTHER, BOSS], None),
        (OUT, [OTHER, ROOT], None),
        (wanted(Role.ADMIN, Role.ANALYST, reach=ALL), [OTHER], None),
    ],
)
def test_last_admin_stays(new: Wanted, admins: list[Standing], refusal: Refusal | None) -> None:
    # By somebody who lost the role in the meantime would be NOT_ADMIN: here the actor is in no list.
    assert refusal_to_change(ROOT, OTHER, new, admins) == refusal


def test_last_admin_of_a_network_without_an_admin_of_all_stays() -> None:
    away = wanted(Role.ANALYST)
    assert refusal_to_change(ROOT, LOCAL, away, [LOCAL]) == Refusal.LAST_ADMIN
    assert refusal_to_change(ROOT, LOCAL, away, [LOCAL, one(Role.ADMIN, pk=4)]) is None


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        (ANNA, None),
        (one(Role.ANALYST, is_active=False), Refusal.INACTIVE),
        (one(Role.ANALYST, roles_from_provider=True), Refusal.FROM_PROVIDER),
        (one(Role.ANALYST, reach=AT), Refusal.OUTSIDE),
        (one(is_superuser=True), Refusal.SUPERUSER),
        (GERMAN, Refusal.ONESELF),
    ],
)
def test_who_gets_a_link(person: Standing, refusal: Refusal | None) -> None:
    assert refusal_of_link(GERMAN, person) == refusal
