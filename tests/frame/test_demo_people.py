"""The people of the demo."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from dentalhub.access import Role, roles_of
from dentalhub.demo_people import create_people


def test_people_get_a_role_and_a_password_once(db: None) -> None:
    given = create_people()
    assert sorted(given) == ["admin", "analyst", "auditor", "reviewer", "reviewer2"]
    assert len(set(given.values())) == 5
    for name, password in given.items():
        person = authenticate(username=name, password=password)
        assert isinstance(person, User)
        assert roles_of(person) == {Role(name.rstrip("2"))}
    assert create_people() == {}


def test_new_passwords_replace_the_old_ones(db: None) -> None:
    old = create_people()["admin"]
    new = create_people(new_passwords=True)["admin"]
    assert authenticate(username="admin", password=old) is None
    assert authenticate(username="admin", password=new) is not None
    assert User.objects.count() == 5
