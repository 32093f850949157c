"""`create_person`: the first admin of a fresh installation, or anybody, without a page."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.people_changes import TakenError, create_person
from centers.people_forms import NewPersonForm
from centers.people_rules import Standing
from centers.people_sign_in import make_link
from centers.people_snapshot import Snapshot
from dentalhub import password_links
from dentalhub.access import Role

# Whoever may run commands here reads the database as well: the rules of the pages would protect nothing.
SYSTEM = Standing(0, is_superuser=True)


class Command(BaseCommand):
    """Exit code 2 when the person cannot be created; no password is ever an argument."""

    help = gettext_noop("Create a person and print a link with which they choose their password.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
        reach = parser.add_mutually_exclusive_group(required=True)
        reach.add_argument("--all-regions", action="store_true", help=_("also those that are added later"))
        reach.add_argument("--region", action="append", default=[], metavar="CODE")
        parser.add_argument("--email", default="")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument(
            "--ask-password",
            action="store_true",
            help=_("ask for the password here, where no browser reaches the pages"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form = NewPersonForm(SYSTEM, _fields(options))
        if not form.is_valid():
            raise CommandError(_problems(form), returncode=2)
        username, wanted = form.cleaned_data["username"], form.wanted()
        with transaction.atomic():
            try:
                person = create_person(None, username, wanted)
            except TakenError as error:
                text = _("Somebody has this name already.") if error.field == "username" else ""
                raise CommandError(text or _("Somebody else has this address."), returncode=2) from error
            made = make_link(None, person.pk, by_email=False)
            if options["ask_password"]:
                password_links.use(made.link, _typed_password(person))
        if options["ask_password"]:
            self.stdout.write(_("%(name)s was created and may sign in.") % {"name": username})
            return
        until = date_format(localtime(made.link.expires_at), "SHORT_DATETIME_FORMAT")
        text = _("%(name)s was created. This link chooses the password, once, until %(until)s:")
        self.stdout.write(text % {"name": username, "until": until})
        self.stdout.write(f"{settings.PUBLIC_URL or 'http://localhost:8000'}{made.path}")


def _fields(options: dict[str, Any]) -> dict[str, Any]:
    fields = {name: options[name] for name in ("username", "email", "first_name", "last_name")}
    fields |= {"roles": options["role"], "regions": options["region"], "seen": Snapshot().as_text()}
    return fields | ({"all_regions": "on"} if options["all_regions"] else {})


def _problems(form: NewPersonForm) -> str:
    return "\n".join(f"{form.fields[name].label}: {' '.join(map(str, texts))}" for name, texts in form.errors.items())


def _typed_password(person: User) -> str:
    """A password that was typed twice. Raises CommandError."""
    password = getpass(_("Password: "))
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages), returncode=2) from error
    if getpass(_("Once more: ")) != password:
        raise CommandError(_("The two passwords are not the same."), returncode=2)
    return password
