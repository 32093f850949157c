"""Types of parameters that several operations share."""

import datetime as dt
import re
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from centers.scope import scope_of
from centers.scope_forms import Person
from centers.selection import UnknownCenterError, centers_by_id
from dentalhub.problems import ProblemError
from extraction.api.cursors import MOST_CHARACTERS
from extraction.slice_grid import EARLIEST_DAY

MOST_ITEMS = 1000
# Ids of centers or regions in one request; Django takes at most 1,000 parameters in an address.
MOST_IDS = 500
# Days of lists that go by center and day.
MOST_DAYS = 190
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_only(value: object) -> object:
    # pydantic would take 5 for five seconds after the first day of 1970.
    if isinstance(value, dt.date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise PydanticCustomError("date", _("A date is written like 2026-11-20."))


def _not_too_early(day: dt.date) -> dt.date:
    if day < EARLIEST_DAY:
        raise PydanticCustomError("date", _("This day is too long ago."))
    return day


def check_days(first: dt.date | None, last: dt.date | None, most: int | None = None) -> None:
    """Raise ProblemError when the days are in the wrong order, or more than `most`."""
    if first is None or last is None:
        return
    if last < first:
        raise ProblemError.in_field("date_to", _("The last day is before the first."))
    if most is not None and (last - first).days >= most:
        raise ProblemError.in_field("date_to", _("At most %(days)s days.") % {"days": most})


def check_centers(center_ids: list[str], person: Person) -> None:
    """Raise ProblemError for an id that `person` does not see: a misspelled one must not look like an empty center."""
    try:
        centers_by_id(center_ids, scope_of(person))
    except UnknownCenterError as error:
        raise ProblemError.in_field("center", str(error)) from error


Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Day = Annotated[dt.date, BeforeValidator(_iso_only), AfterValidator(_not_too_early)]
Cursor = Annotated[
    str | None, Field(max_length=MOST_CHARACTERS, description="The `next_cursor` of the page before this one.")
]
Limit = Annotated[int, Field(ge=1, le=MOST_ITEMS, description="How many items at most.")]
