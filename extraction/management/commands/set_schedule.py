"""`set_schedule`: when a region is read each day; the same as the form."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from centers.models import Region
from extraction.schedule_changes import ScheduleError, Wish, set_schedule
from mappings.command_choices import chosen_person


class Command(BaseCommand):
    """What is not given stays as it is; a region without a schedule gets one. Exit code 2 for what cannot be."""

    help = gettext_noop("Set when a region is read each day, how far it looks back, and whether it is read at all.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("region", metavar="REGION", help=_("the code of the region"))
        parser.add_argument("--at", metavar="HH:MM", help=_("the start, on the clocks of the region"))
        parser.add_argument(
            "--look-back", type=int, metavar="DAYS", help=_("days before yesterday that are read again")
        )
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--on", dest="is_active", action="store_true", default=None, help=_("read it every day"))
        switch.add_argument("--off", dest="is_active", action="store_false", default=None, help=_("stop reading it"))
        parser.add_argument("--as", dest="username", metavar="USER", help=_("who says so, for the audit trail"))

    def handle(self, *args: Any, **options: Any) -> None:
        person = chosen_person(options["username"]) if options["username"] else None
        region = Region.objects.for_user(person).filter(code=options["region"]).first()
        if region is None:
            raise CommandError(_("There is no region %(code)s.") % {"code": options["region"]}, returncode=2)
        wish = Wish(_time(options["at"]), options["look_back"], options["is_active"])
        try:
            schedule = set_schedule(region, wish, person)
        except ScheduleError as error:
            raise CommandError(str(error), returncode=2) from error
        text = ngettext(
            "%(region)s is read daily at %(time)s and looks back %(days)d day.",
            "%(region)s is read daily at %(time)s and looks back %(days)d days.",
            schedule.look_back_days,
        )
        if not schedule.is_active:
            text = ngettext(
                "%(region)s is not read by itself: the schedule (%(time)s, %(days)d day back) is off.",
                "%(region)s is not read by itself: the schedule (%(time)s, %(days)d days back) is off.",
                schedule.look_back_days,
            )
        found = {"region": region.code, "time": schedule.starts_at.strftime("%H:%M"), "days": schedule.look_back_days}
        self.stdout.write(text % found)


def _time(text: str | None) -> dt.time | None:
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 # a wall time
    except ValueError:
        raise CommandError(_("“%(text)s” is no time such as 02:30.") % {"text": text}, returncode=2) from None
