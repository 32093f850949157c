"""``python -m tests.benchmarks.signed_in 50``: so many analysts, signed in; prints their session keys as JSON."""

import json
import os
import sys

import django


def main() -> None:
    """Make the people who are not there yet, and a session for each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from tests.scopes import sees_all_regions

    keys = []
    for number in range(int(sys.argv[1])):
        person, _is_new = User.objects.get_or_create(username=f"analyst_{number}")
        person.groups.add(Group.objects.get(name="analyst"))
        sees_all_regions(person)
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        keys.append(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    sys.stdout.write(json.dumps(keys))


if __name__ == "__main__":
    main()
