"""The people of the demo, in each role, with passwords that are generated and printed once."""

import secrets

from django.contrib.auth.models import Group, User

from dentalhub.access import Role

# Two reviewers: whoever corrects a mapping cannot approve it.
PEOPLE = {
    "admin": Role.ADMIN,
    "reviewer": Role.REVIEWER,
    "reviewer2": Role.REVIEWER,
    "analyst": Role.ANALYST,
    "auditor": Role.AUDITOR,
}


def create_people(*, new_passwords: bool = False) -> dict[str, str]:
    """Create the people that are missing; returns the name and password of each that got a password now.

    `new_passwords` gives everybody one, for whoever lost the printed ones. No password is kept.
    """
    given = {}
    for name, role in PEOPLE.items():
        person, is_new = User.objects.get_or_create(username=name)
        if not (is_new or new_passwords):
            continue
        given[name] = secrets.token_urlsafe(12)
        person.set_password(given[name])
        person.save()
        person.groups.add(Group.objects.get(name=role.value))
    return given
