"""Which changes of a column's type an approved mapping survives. *Pure*."""

from enum import StrEnum

from centers.catalog import Column
from mappings.column_types import is_text, text_length, type_fit
from mappings.enums import DateFormat

_WHOLE = frozenset({"int", "bigint", "smallint", "tinyint"})
_MOMENT = frozenset({"datetime", "datetime2", "smalldatetime", "datetimeoffset", "date"})
_DATED_TYPES = {
    DateFormat.INT: frozenset({"int", "bigint"}),
    DateFormat.EPOCH: frozenset({"int", "bigint"}),
    DateFormat.DATE: frozenset({"date"}),
    DateFormat.DATETIME: frozenset({"datetime", "datetime2", "smalldatetime"}),
}
# Characters that a date needs in a text column.
_DATE_LENGTHS = {DateFormat.TEXT: 8, DateFormat.GERMAN_SHORT: 8, DateFormat.GERMAN: 10, DateFormat.ISO: 10}
# SQL Server neither compares nor trims these, and that is done with these kinds of columns.
_NOT_COMPARABLE = frozenset({"text", "ntext"})
_COMPARED = frozenset({"key", "reference", "code", "flag"})


class _Sort(StrEnum):
    """Types whose values are read and compared alike."""

    WHOLE = "whole"
    BIT = "bit"
    TEXT = "text"
    MOMENT = "moment"


def same_type(old: Column, new: Column) -> bool:
    """True when type and length are the same; NULLs allowed or not makes no difference to a reader."""
    return (old.data_type.lower(), old.max_length) == (new.data_type.lower(), new.max_length)


def breaks(kind: str, form: DateFormat | None, old: Column, new: Column) -> bool:
    """True when a mapping made for `old` no longer reads `new` as approved.

    `kind` is the canonical field's (see canonical.yml), `form` the approved form of the table's dates.
    """
    if same_type(old, new):
        return False
    if kind == "date":
        return form is None or not date_form_fits(form, new)
    if not _read_alike(kind, old, new) or (kind in _COMPARED and new.data_type.lower() in _NOT_COMPARABLE):
        return True
    # A shorter text that is too short for its meaning cuts values; a longer one reads as before.
    return text_length(new) < text_length(old) and type_fit(kind, new) == 0


def date_form_fits(form: DateFormat, column: Column) -> bool:
    """True when a column of this type can hold dates in this form."""
    types = _DATED_TYPES.get(form)
    if types is not None:
        return column.data_type.lower() in types
    return text_length(column) >= _DATE_LENGTHS[form]


def described(column: Column) -> str:
    """The type as people write it: `nvarchar(100)`, `varchar(max)`, `int`."""
    if column.max_length is None:
        return column.data_type
    return f"{column.data_type}({'max' if column.max_length < 0 else column.max_length})"


def _read_alike(kind: str, old: Column, new: Column) -> bool:
    sorts = {_sort(old), _sort(new)}
    if len(sorts) == 1:
        return True
    # The flag values 0 and 1 read the same from a bit as from a number.
    return kind == "flag" and sorts == {_Sort.WHOLE, _Sort.BIT}


def _sort(column: Column) -> str:
    name = column.data_type.lower()
    if is_text(column):
        return _Sort.TEXT
    if name in _WHOLE:
        return _Sort.WHOLE
    if name in _MOMENT:
        return _Sort.MOMENT
    return _Sort.BIT if name == "bit" else name
