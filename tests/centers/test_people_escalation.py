"""What people try in order to get more than they have. Nothing of it works, and nothing of it changes a row."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User
from django.test import Client

from centers.people_changes import change_person, create_person, deactivate
from centers.people_gate import NotAllowedError
from centers.people_rules import Refusal
from centers.people_sign_in import make_link, reset_second_factor, sign_out
from centers.people_snapshot import Snapshot
from centers.people_standing import people, snapshot_of
from dentalhub.access import Role
from dentalhub.models import AuditEvent
from dentalhub.password_links import judge
from tests.centers.people_makers import factors_of, form_of, give_second_factor, make_person, new_form, state_of

SignIn = Callable[[User], Client]
ACTIONS = ("deactivate", "reactivate", "sign-out", "second-factor", "link")
REASON = {"reason": "because I say so, really"}


@pytest.fixture
def german(db: None) -> User:
    """An admin of Germany alone, who tries."""
    return make_person("german", Role.ADMIN)


@pytest.fixture
def as_german(client_of: SignIn, german: User) -> Client:
    return client_of(german)


@pytest.fixture
def boss(db: None) -> User:
    """An admin of all regions."""
    return make_person("boss", Role.ADMIN, in_regions=("*",))


@pytest.fixture
def anna(db: None) -> User:
    """An analyst of Germany."""
    return make_person("anna", Role.ANALYST)


def _edit(person: User) -> str:
    return f"/people/{person.pk}/edit/"


def _secret(client: Client, person: User) -> str:
    (secret,) = re.findall(r"key=([A-Za-z0-9_-]{43})", client.post(f"/people/{person.pk}/link/").content.decode())
    return str(secret)


@pytest.mark.parametrize("role", ["reviewer", "auditor", "analyst"])
def test_own_role_by_a_forged_post(role: str, as_german: Client, german: User) -> None:
    as_german.post(_edit(german), form_of(german, roles=["admin", role]))
    assert state_of(german)[3:] == (["admin"], ["germany"])


@pytest.mark.parametrize("change", [{"all_regions": "on"}, {"regions": ["germany", "austria"]}, {"regions": ["*"]}])
def test_own_regions_by_a_forged_post(change: dict[str, Any], as_german: Client, german: User) -> None:
    as_german.post(_edit(german), form_of(german, **change))
    assert state_of(german)[3:] == (["admin"], ["germany"])


@pytest.mark.parametrize("what", [{"roles": ["admin", "reviewer"]}, {"regions": ["*"]}])
def test_own_rights_by_a_forged_snapshot(what: dict[str, list[str]], as_german: Client, german: User) -> None:
    """The form keeps what it does not offer as it was seen: so what was seen is compared."""
    seen = json.loads(form_of(german)["seen"]) | what
    answer = as_german.post(_edit(german), form_of(german, first_name="G", seen=json.dumps(seen)))
    assert answer.status_code == 409
    assert state_of(german)[3:] == (["admin"], ["germany"])


@pytest.mark.parametrize("seen", ["", "x", "[]", "{}", '{"roles": 1}', '{"first_name": 1}', "null"])
def test_broken_snapshot(seen: str, as_german: Client, anna: User) -> None:
    assert as_german.post(_edit(anna), form_of(anna, roles=["admin"], seen=seen)).status_code == 422
    assert state_of(anna)[3] == ["analyst"]


@pytest.mark.parametrize("change", [{"regions": ["germany", "austria"]}, {"regions": ["austria"]}])
def test_region_outside_of_ones_own(change: dict[str, Any], as_german: Client, anna: User) -> None:
    assert as_german.post(_edit(anna), form_of(anna, **change)).status_code == 422
    assert as_german.post("/people/new/", new_form(username="bert", **change)).status_code == 422
    assert state_of(anna)[4] == ["germany"]
    assert not User.objects.filter(username="bert").exists()


def test_all_regions_by_an_extra_field(as_german: Client, anna: User) -> None:
    as_german.post(_edit(anna), form_of(anna, all_regions="on"))
    as_german.post("/people/new/", new_form(username="bert", email="", all_regions="on"))
    assert [state_of(User.objects.get(username=name))[4] for name in ("anna", "bert")] == [["germany"], ["germany"]]


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "user_permissions", "groups", "password", "is_active"])
def test_flags_by_extra_fields(field: str, as_german: Client, anna: User) -> None:
    group = Group.objects.create(name="outside")
    extra = {field: "1" if field != "groups" else str(group.pk), "password1": "x", "username": "king"}
    as_german.post(_edit(anna), form_of(anna, first_name="A", **extra))
    as_german.post("/people/new/", new_form(email="", **extra | {"username": "bert"}))
    assert state_of(anna) == (True, False, False, ["analyst"], ["germany"])
    bert = User.objects.get(username="bert")
    assert state_of(bert) == (True, False, False, ["analyst"], ["germany"])
    assert not bert.has_usable_password()
    assert not bert.user_permissions.exists()
    assert list(bert.groups.values_list("name", flat=True)) == ["analyst"]


@pytest.mark.parametrize("regions", [("austria",), ("germany", "austria"), ("*",)])
def test_person_of_another_region_is_not_there(regions: tuple[str, ...], as_german: Client) -> None:
    other = make_person("other", Role.ANALYST, in_regions=regions)
    give_second_factor(other)
    before = state_of(other)
    for path in ("", "edit/"):
        assert as_german.get(f"/people/{other.pk}/{path}").status_code == 404
    assert as_german.post(_edit(other), form_of(other, regions=["germany"])).status_code == 404
    for action in ACTIONS:
        assert as_german.post(f"/people/{other.pk}/{action}/", REASON).status_code == 404
    assert state_of(other) == before
    assert factors_of(other) == 2
    assert not AuditEvent.objects.filter(target="auth.user:other").exists()


@pytest.mark.parametrize("flag", ["is_superuser", "is_staff"])
def test_superusers_and_staff_are_for_superusers(flag: str, boss: User, client_of: SignIn) -> None:
    flags: dict[str, Any] = {flag: True}
    root = make_person("root", Role.ANALYST, **flags)
    before = state_of(root)
    as_boss = client_of(boss)
    assert as_boss.get(_edit(root)).status_code == 403
    assert as_boss.post(_edit(root), form_of(root, email="mine@example.org")).status_code == 403
    for action in ACTIONS:
        assert as_boss.post(f"/people/{root.pk}/{action}/", REASON).status_code == 403
    assert state_of(root) == before
    assert not root.password_links.exists()
    client_of(User.objects.create_superuser("other")).post(f"/people/{root.pk}/deactivate/")
    assert state_of(root)[0] is False


def test_staff_with_the_role_is_no_superuser(db: None, client_of: SignIn) -> None:
    staff = make_person("staff", Role.ADMIN, in_regions=("germany",), is_staff=True)
    other = make_person("other", Role.ANALYST, in_regions=("austria",))
    assert client_of(staff).get(f"/people/{other.pk}/").status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_on_oneself(action: str, boss: User, client_of: SignIn) -> None:
    give_second_factor(boss)
    assert client_of(boss).post(f"/people/{boss.pk}/{action}/", REASON).status_code == 403
    assert state_of(boss)[0] is True
    assert factors_of(boss) == 2


@pytest.mark.parametrize("roles", [(Role.REVIEWER, Role.ANALYST, Role.AUDITOR), ()])
def test_without_the_role_nothing_is_reached(roles: tuple[Role, ...], anna: User, client_of: SignIn) -> None:
    nobody = client_of(make_person("nobody", *roles, in_regions=("*",)))
    for path in ("", "new/", f"{anna.pk}/", f"{anna.pk}/edit/"):
        assert nobody.get(f"/people/{path}").status_code == 403
    for path in ("new/", f"{anna.pk}/edit/", *(f"{anna.pk}/{action}/" for action in ACTIONS)):
        assert nobody.post(f"/people/{path}", new_form() | REASON).status_code == 403


def test_role_that_ended_a_moment_ago(boss: User, anna: User) -> None:
    """The request had begun with the role; the change asks the database."""
    boss.groups.clear()
    seen = snapshot_of(people().get(pk=anna.pk))
    attempts: list[Callable[[], object]] = [
        lambda: change_person(boss, anna.pk, seen, replace(seen, roles=("admin",))),
        lambda: create_person(boss, "bert", Snapshot(roles=("admin",), regions=("*",))),
        lambda: deactivate(boss, anna.pk),
        lambda: sign_out(boss, anna.pk),
        lambda: make_link(boss, anna.pk, by_email=False),
        lambda: reset_second_factor(boss, anna.pk, "because"),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowedError) as caught:
            attempt()
        assert caught.value.refusal == Refusal.NOT_ADMIN
    assert (User.objects.count(), AuditEvent.objects.count()) == (2, 0)


def test_deactivated_admin_does_nothing(boss: User, anna: User) -> None:
    User.objects.filter(pk=boss.pk).update(is_active=False)
    with pytest.raises(NotAllowedError):
        deactivate(boss, anna.pk)


def test_two_admins_cannot_put_each_other_out(boss: User) -> None:
    """One after the other, as the lock makes them: the second is no admin any more."""
    other = make_person("other", Role.ADMIN, in_regions=("*",))
    assert deactivate(boss, other.pk)
    with pytest.raises(NotAllowedError) as caught:
        deactivate(other, boss.pk)
    assert caught.value.refusal == Refusal.NOT_ADMIN
    assert state_of(boss)[0] is True


def test_admin_of_a_region_cannot_lock_out_the_admin_of_all(as_german: Client, boss: User) -> None:
    assert as_german.post(f"/people/{boss.pk}/deactivate/").status_code == 404
    assert as_german.post(_edit(boss), form_of(boss, roles=["analyst"])).status_code == 404
    assert state_of(boss)[3] == ["admin"]


def test_link_is_not_replayed(as_german: Client, anna: User) -> None:
    secret = _secret(as_german, anna)
    first, second = Client(), Client()
    for client in (first, second):
        client.get(f"/accounts/link/?key={secret}")
    chosen = {"new_password1": "a quiet brook in winter", "new_password2": "a quiet brook in winter"}
    taken = {"new_password1": "taken over by somebody", "new_password2": "taken over by somebody"}
    assert first.post("/accounts/choose-password/", chosen).status_code == 302
    assert second.post("/accounts/choose-password/", taken).status_code == 410
    assert Client().get(f"/accounts/link/?key={secret}").status_code == 410
    assert authenticate(username="anna", password="a quiet brook in winter") == anna


def test_link_after_deactivation_and_return(as_german: Client, anna: User) -> None:
    secret = _secret(as_german, anna)
    holder = Client()
    holder.get(f"/accounts/link/?key={secret}")
    for action in ("deactivate", "reactivate"):
        as_german.post(f"/people/{anna.pk}/{action}/")
    taken = {"new_password1": "taken over by somebody", "new_password2": "taken over by somebody"}
    assert holder.post("/accounts/choose-password/", taken).status_code == 410
    assert judge(secret) is None


def test_no_link_for_who_is_deactivated(as_german: Client, anna: User) -> None:
    as_german.post(f"/people/{anna.pk}/deactivate/")
    as_german.post(f"/people/{anna.pk}/link/")
    assert not anna.password_links.exists()


def test_password_typed_by_the_admin_is_taken_nowhere(as_german: Client, anna: User) -> None:
    chosen = "typed by the admin, really"
    fields = {"password": chosen, "new_password1": chosen, "new_password2": chosen}
    as_german.post(_edit(anna), form_of(anna, first_name="A") | fields)
    as_german.post(f"/people/{anna.pk}/link/", fields)
    assert authenticate(username="anna", password=chosen) is None


def test_name_that_would_sign_in_as_somebody_else(as_german: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(email="anna@example.org")
    for change in ({"username": "anna@example.org", "email": ""}, {"username": "bert", "email": "ANNA@example.org"}):
        assert as_german.post("/people/new/", new_form(**change)).status_code == 422
    assert User.objects.count() == 2


def test_post_without_the_token_of_the_form(german: User, anna: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(german)
    for action in ACTIONS:
        assert strict.post(f"/people/{anna.pk}/{action}/", REASON).status_code == 403
    assert strict.post(_edit(anna), form_of(anna, roles=["admin"])).status_code == 403
    assert state_of(anna)[3] == ["analyst"]
