"""`reset_breaker`: let the next run read a server or center again; the same as the button."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.scope import scope_of
from extraction.breaker_reset import UnknownBreakerError, find, reset, reset_all, shut_breakers
from mappings.command_choices import chosen_person


class Command(BaseCommand):
    """Exit code 0 also when it was not left alone; 2 for a key that names nothing."""

    help = gettext_noop("Let the next run read a server or center again that is left alone for now.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument(
            "key", nargs="?", metavar="KEY", help=_("server:CODE or center:ID, as list_breakers shows it")
        )
        chosen.add_argument("--all", action="store_true", help=_("all that are left alone"))
        parser.add_argument("--as", dest="username", metavar="USER", help=_("who says so, for the audit trail"))

    def handle(self, *args: Any, **options: Any) -> None:
        person = chosen_person(options["username"]) if options["username"] else None
        if options["all"]:
            count = reset_all(shut_breakers(scope_of(person)), person)
            text = ngettext(
                "The next run tries %(count)d server or center again.",
                "The next run tries %(count)d servers and centers again.",
                count,
            )
            self.stdout.write(text % {"count": count})
            return
        try:
            breaker = find(options["key"], scope_of(person))
        except UnknownBreakerError as error:
            raise CommandError(str(error), returncode=2) from error
        if breaker is not None and reset(breaker, person):
            self.stdout.write(_("The next run tries %(name)s again.") % {"name": options["key"]})
        else:
            self.stdout.write(_("%(name)s was not left alone.") % {"name": options["key"]})
