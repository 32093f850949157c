"""Changing a region's schedule, with an audit event; the form and the command come here."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers.models import Region
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from extraction.exceptions import ExtractionError
from extraction.schedule_models import MOST_LOOK_BACK_DAYS, RegionSchedule


class ScheduleError(ExtractionError):
    """A schedule that cannot be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a schedule shall be; None leaves what is there, or the default of a new one."""

    starts_at: dt.time | None = None
    look_back_days: int | None = None
    is_active: bool | None = None


def set_schedule(region: Region, wish: Wish, person: User | None) -> RegionSchedule:
    """Store a region's schedule and say in the audit trail what it is now. Raises ScheduleError."""
    if wish.look_back_days is not None and not 0 <= wish.look_back_days <= MOST_LOOK_BACK_DAYS:
        raise ScheduleError(_("A schedule looks back at most %(days)s days.") % {"days": MOST_LOOK_BACK_DAYS})
    with transaction.atomic():
        schedule = RegionSchedule.objects.select_for_update().filter(region=region).first()
        is_new = schedule is None
        schedule = schedule or RegionSchedule(region=region)
        before = {} if is_new else _values(schedule)
        if wish.starts_at is not None:
            schedule.starts_at = wish.starts_at.replace(second=0, microsecond=0)
        if wish.look_back_days is not None:
            schedule.look_back_days = wish.look_back_days
        if wish.is_active is not None:
            schedule.is_active = wish.is_active
        if is_new or before != _values(schedule):
            schedule.save()
            record(person, "schedule.changed", schedule, changes=changes(before, _values(schedule)))
    return schedule


def _values(schedule: RegionSchedule) -> dict[str, object]:
    return {
        "starts_at": schedule.starts_at.strftime("%H:%M"),
        "look_back_days": schedule.look_back_days,
        "is_active": schedule.is_active,
    }
