"""Before and after of a change of the configuration."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, User

from centers.models import DatabaseServer, Region
from dentalhub.audit_changes import MOST_CHARACTERS, changes, is_secret, plain, values_of


def test_changes_has_what_differs() -> None:
    before = {"name": "Nord", "port": 1433, "gone": True}
    after = {"name": "Nord", "port": 1434, "new": dt.time(3, 15)}
    assert changes(before, after) == {"port": [1433, 1434], "gone": [True, None], "new": [None, "03:15:00"]}


def test_changes_of_nothing_is_empty() -> None:
    assert changes({"name": "Nord"}, {"name": "Nord"}) == {}


def test_changes_of_secrets_say_changed_alone() -> None:
    before = {"credential": "env:IVORIS_A", "api_token": "t1", "webhook": "w1", "name": "a"}
    after = {"credential": "env:IVORIS_B", "api_token": "t2", "webhook": "w2", "name": "b"}
    assert changes(before, after, secret={"webhook"}) == {
        "credential": "changed",
        "api_token": "changed",
        "webhook": "changed",
        "name": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("field", "secret"),
    [("password", True), ("secret_key", True), ("token_hash", True), ("monkey", False), ("name", False)],
)
def test_is_secret(field: str, secret: bool) -> None:
    assert is_secret(field) is secret


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (["a", "b"], "a, b"),
        ("x" * 501, "x" * (MOST_CHARACTERS - 1) + "…"),
    ],
)
def test_plain(value: object, text: object) -> None:
    assert plain(value) == text


@pytest.mark.django_db
def test_values_of_names_other_rows() -> None:
    region = Region.objects.create(code="nord", name="Nord")
    server = DatabaseServer(code="kiel", region=region, host="h", user="u", credential="env:IVORIS_P")
    assert values_of(server, ["region", "port", "no_such_field"]) == {"region": "nord", "port": 1433}
    assert "id" not in values_of(server)
    assert values_of(DatabaseServer(code="neu"), ["region"]) == {"region": None}


@pytest.mark.django_db
def test_values_of_many_are_sorted_names() -> None:
    user = User.objects.create_user("anna")
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in ("reviewer", "admin")])
    assert values_of(user, ["groups"]) == {"groups": ["admin", "reviewer"]}
    assert changes({"groups": []}, values_of(user, ["groups"])) == {"groups": ["", "admin, reviewer"]}
    assert changes(values_of(user, ["password"]), {"password": "x"}) == {"password": "changed"}
