"""Which values of a delete flag mark a living row, as parameters that fit the column. *Pure*."""

import datetime as dt

from django.utils.translation import gettext as _

from centers.catalog import Column
from centers.exceptions import SourceError, SourceErrorKind
from extraction.dates import parse
from extraction.source_tables import MOMENT_TYPES, NUMBER_TYPES, TEXT_TYPES
from mappings.document import DeleteFlag
from mappings.enums import DateFormat

_WORDS = {"true": 1, "false": 0}


def live_parameters(table: str, column: Column, flag: DeleteFlag) -> tuple[int | str | dt.date, ...]:
    """The values to compare with; NULL is not among them. `table` is the canonical name, for the error.

    Texts count in upper and lower case, for a source may tell them apart, and a blank text is no mark, as NULL is none.
    Blanks at the end need no care: SQL Server's comparison ignores them. Raises SourceError (COLUMN) for a value that
    the column cannot hold.
    """
    if column.data_type in NUMBER_TYPES:
        return tuple(_number(table, value) for value in flag.live_values)
    if column.data_type in MOMENT_TYPES | {"date"}:
        return tuple(_day(table, value) for value in flag.live_values)
    if column.data_type not in TEXT_TYPES:
        return flag.live_values
    written = (text for value in flag.live_values for text in (value, value.upper(), value.lower()))
    return tuple(dict.fromkeys((*written, *([""] if flag.null_is_live else []))))


def _number(table: str, value: str) -> int:
    try:
        return _WORDS[value.lower()] if value.lower() in _WORDS else int(value)
    except ValueError:
        sentence = _("The delete flag of %(table)s is a number, but its mapping says otherwise. Review the mapping.")
        raise SourceError(SourceErrorKind.COLUMN, sentence % {"table": table}) from None


def _day(table: str, value: str) -> dt.date:
    day = parse(value, DateFormat.ISO) or parse(value, DateFormat.TEXT)
    if day is not None:
        return day
    sentence = _("The delete flag of %(table)s is a date, but its mapping says otherwise. Review the mapping.")
    raise SourceError(SourceErrorKind.COLUMN, sentence % {"table": table})
