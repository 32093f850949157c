"""People of several regions for tests, and what a form sends about them."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User

from centers.models import Region
from centers.people_standing import people, snapshot_of
from dentalhub.access import Role
from dentalhub.claims import ClaimRules
from dentalhub.sign_in.providers import Provider
from tests.centers.makers import make_region
from tests.conftest import PASSWORD
from tests.scopes import sees, sees_all_regions


def regions() -> tuple[Region, Region]:
    """Germany and Austria, made once."""
    known = {region.code: region for region in Region.objects.all()}
    return known.get("germany") or make_region(), known.get("austria") or make_region("austria", "Austria")


def make_person(name: str, *roles: Role, in_regions: tuple[str, ...] = ("germany",), **more: Any) -> User:
    """A person with these roles; `*` means all regions."""
    known = {region.code: region for region in regions()}
    person = User.objects.create_user(name, password=PASSWORD, **more)
    person.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    if in_regions == ("*",):
        return sees_all_regions(person)
    return sees(person, *(known[code] for code in in_regions))


def give_second_factor(person: User) -> None:
    """As if an app for codes had been set up, with recovery codes."""
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=person, type=kind, data={})


def factors_of(person: User) -> int:
    """How many second factors are set up, recovery codes among them."""
    found: int = Authenticator.objects.filter(user=person).count()
    return found


def form_of(person: User, **changes: Any) -> dict[str, Any]:
    """What the unchanged form of `person` sends, with `changes`."""
    shown = snapshot_of(people().get(pk=person.pk))
    fields = {
        "first_name": shown.first_name,
        "last_name": shown.last_name,
        "email": shown.email,
        "roles": list(shown.roles),
        "regions": [] if shown.reach.all_regions else list(shown.regions),
        "seen": shown.as_text(),
    }
    if shown.reach.all_regions:
        fields["all_regions"] = "on"
    return fields | changes


def new_form(**changes: Any) -> dict[str, Any]:
    """What the form for a new person sends."""
    seen = {"first_name": "", "last_name": "", "email": "", "roles": [], "regions": []}
    return {
        "username": "anna",
        "first_name": "Anna",
        "last_name": "Müller",
        "email": "anna@example.org",
        "roles": ["analyst"],
        "regions": ["germany"],
        "seen": json.dumps(seen),
    } | changes


def state_of(person: User) -> tuple[bool, bool, bool, list[str], list[str]]:
    """Active, superuser, staff, roles and regions, as the database has them."""
    stored = people().get(pk=person.pk)
    shown = snapshot_of(stored)
    return stored.is_active, stored.is_superuser, stored.is_staff, list(shown.roles), list(shown.regions)


def make_provider(manages: str) -> Provider:
    """A provider of single sign-on that manages "roles" or "regions"."""
    rules = ClaimRules(
        roles={"dent-analyst": frozenset({Role.ANALYST})} if manages == "roles" else {},
        regions={"dent-de": frozenset({"germany"})} if manages == "regions" else {},
    )
    return Provider(
        key="clinic",
        name="Clinic",
        issuer="https://id.example.org",
        client_id="dentalhub",
        client_secret="secret",
        scopes=("openid",),
        rules=rules,
        creates_people=False,
        links_by_email=True,
        asks_for_second_factor=False,
        says_when=True,
    )
