"""Roles and regions from what a provider says."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from dentalhub.claims import ClaimRuleError, ClaimRules, Grants, grants_of, region_rules, role_rules, values_of
from dentalhub.roles import Role, checked_roles

RULES = ClaimRules(
    "groups",
    role_rules("dental-admins=admin; dental-staff=analyst+reviewer; CN=audit,OU=x=auditor"),
    region_rules("dental-de=germany; dental-dach=germany+austria+switzerland; dental-admins=*"),
)


@pytest.mark.parametrize(
    ("groups", "roles", "regions"),
    [
        (["dental-admins"], {Role.ADMIN}, {"*"}),
        (["dental-staff", "dental-de"], {Role.ANALYST, Role.REVIEWER}, {"germany"}),
        (["dental-de", "dental-dach"], set(), {"germany", "austria", "switzerland"}),
        ("dental-staff", {Role.ANALYST, Role.REVIEWER}, set()),
        (["CN=audit,OU=x"], {Role.AUDITOR}, set()),
        (["other", "Dental-Admins", "dental-admins "], set(), set()),
        ([], set(), set()),
        (None, set(), set()),
        ([["dental-admins"], 5, None, {"dental-admins": 1}], set(), set()),
        ({"dental-admins": True}, set(), set()),
        (True, set(), set()),
    ],
)
def test_values_of_the_claim_give_roles_and_regions(groups: Any, roles: set[Role], regions: set[str]) -> None:
    assert grants_of({"groups": groups}, RULES) == Grants(frozenset(roles), frozenset(regions))


def test_a_missing_claim_gives_nothing() -> None:
    assert grants_of({"sub": "1"}, RULES) == Grants(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("claims", "claim", "values"),
    [
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://x.example/groups": ["a"]}, "https://x.example/groups", {"a"}),
        ({"realm_access": "text"}, "realm_access.roles", set()),
        ({"realm_access": ["roles"]}, "realm_access.roles", set()),
    ],
)
def test_a_claim_is_found_by_name_or_path(claims: dict[str, Any], claim: str, values: set[str]) -> None:
    assert values_of(claims, claim) == values


def test_all_regions_is_a_sign() -> None:
    assert grants_of({"groups": ["dental-admins"]}, RULES).all_regions
    assert not grants_of({"groups": ["dental-de"]}, RULES).all_regions


@pytest.mark.parametrize("text", ["dental", "=admin", "dental=", "dental=admin+", "dental=king", "a=admin;b"])
def test_a_wrong_rule_is_refused(text: str) -> None:
    with pytest.raises(ClaimRuleError):
        role_rules(text)


def test_the_same_value_twice_adds_up() -> None:
    assert role_rules("a=admin;a=analyst; ") == {"a": frozenset({Role.ADMIN, Role.ANALYST})}


def test_a_mistyped_role_of_a_setting_is_refused() -> None:
    assert checked_roles("NAME", ["admin", "auditor"]) == ["admin", "auditor"]
    with pytest.raises(ImproperlyConfigured, match="NAME: 'admins' is no role; there are admin, reviewer"):
        checked_roles("NAME", ["admin", "admins"])
