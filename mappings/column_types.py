"""What a column's type says about its meaning. *Pure*."""

import re

from centers.catalog import Column
from mappings.document import DeleteFlag
from mappings.enums import DateFormat, PatientIdForm

_WHOLE = frozenset({"int", "bigint", "smallint", "tinyint"})
_FRACTION = frozenset({"decimal", "numeric", "float", "real", "money", "smallmoney"})
_TEXT = frozenset({"char", "nchar", "varchar", "nvarchar", "text", "ntext"})
_MOMENT = frozenset({"datetime", "datetime2", "smalldatetime"})
_LONG_TEXT = 100
_NUMBER = re.compile(r"[+-]?\d+|true|false", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)
_FITS = 1.0
_ODD = 0.8
_NEVER = 0.0


def is_text(column: Column) -> bool:
    """True for every type that holds characters."""
    return column.data_type.lower() in _TEXT


def is_number(column: Column) -> bool:
    """True for every type that holds numbers; a bit is none."""
    return column.data_type.lower() in _WHOLE | _FRACTION


def is_day(column: Column) -> bool:
    """True for a date, with or without a time of day."""
    return column.data_type.lower() in _MOMENT | {"date"}


def text_length(column: Column) -> int:
    """The most characters that the column holds; unlimited is a big number, no text is 0."""
    if not is_text(column):
        return 0
    if column.data_type.lower() in {"text", "ntext"} or column.max_length is None or column.max_length < 0:
        return 1_000_000
    return column.max_length


def type_fit(kind: str, column: Column) -> float:
    """How well the type suits a canonical field of `kind` (see canonical.yml): 1 fits, 0.8 is odd, 0 cannot be."""
    name, length = column.data_type.lower(), text_length(column)
    match kind:
        case "key" | "reference":
            if name in {"int", "bigint", "uniqueidentifier"} or 4 <= length <= 40:
                return _FITS
            return _ODD if name in {"smallint", "decimal", "numeric", "float"} else _NEVER
        case "date":
            if name in {"int", "date"} or name in _MOMENT or length in {8, 10}:
                return _FITS
            return _ODD if name == "bigint" or 8 <= length <= 30 else _NEVER
        case "text":
            return _FITS if length >= _LONG_TEXT else _ODD if length >= 40 else _NEVER
        case "name":
            return _FITS if length >= 20 else _NEVER
        case "code":
            return _FITS if 1 <= length <= 20 else _ODD if 1 <= length <= 50 or name in _WHOLE else _NEVER
        case "flag":
            if name in _WHOLE or name == "bit" or length == 1 or name in _MOMENT:
                return _FITS
            return _ODD if 1 <= length <= 5 or name == "date" else _NEVER
    return _NEVER


def same_sort(left: Column, right: Column) -> bool:
    """True when values of the two columns can be compared without a conversion: both text, or both not."""
    return is_text(left) == is_text(right)


def date_format(column: Column) -> tuple[DateFormat, bool] | None:
    """The form of the dates in `column`, and whether the type alone is proof; None when it cannot hold one.

    Text is never proof: varchar(10) may hold 31.12.2026 or 2026-12-31, and varchar(8) 20261231 or 31122026.
    """
    name, length = column.data_type.lower(), text_length(column)
    if name == "date":
        return DateFormat.DATE, True
    if name in _MOMENT:
        return DateFormat.DATETIME, True
    if name in {"int", "bigint"}:
        return DateFormat.INT, name == "int"
    if length == 8:
        return DateFormat.TEXT, False
    return (DateFormat.GERMAN, False) if length >= 10 else None


def date_forms(column: Column) -> frozenset[DateFormat]:
    """The forms that a date in `column` may have; none when it cannot hold one."""
    name, length = column.data_type.lower(), text_length(column)
    if is_day(column):
        return frozenset({DateFormat.DATE, DateFormat.DATETIME})
    if name in {"int", "bigint"} or name in _FRACTION:
        return frozenset({DateFormat.INT, DateFormat.EPOCH})
    short = {DateFormat.TEXT, DateFormat.GERMAN_SHORT} if length >= 8 else set()
    return frozenset(short | ({DateFormat.GERMAN, DateFormat.ISO} if length >= 10 else set()))


def patient_id_form(*columns: Column) -> PatientIdForm:
    """How a source writes patient ids, from the columns that hold them: where one is a number, all mean numbers."""
    if any(column.data_type.lower() in _WHOLE for column in columns):
        return PatientIdForm.INTEGER
    return PatientIdForm.DECIMAL if any(is_number(column) for column in columns) else PatientIdForm.TEXT


def delete_flag(column: Column, *, inverted: bool) -> DeleteFlag:
    """When a row is alive, from the flag's type; `inverted` for a flag that says "active"."""
    name = column.data_type.lower()
    if name in _MOMENT or name == "date":
        return DeleteFlag((), null_is_live=True)
    if is_text(column):
        return DeleteFlag(("J",), null_is_live=False) if inverted else DeleteFlag(("N",), null_is_live=True)
    return DeleteFlag(("1",), null_is_live=False) if inverted else DeleteFlag(("0",), null_is_live=True)


def flag_fits(column: Column, flag: DeleteFlag) -> bool:
    """True when the column can hold the flag's living values: numbers, days as 2026-12-31, or any text."""
    if is_number(column) or column.data_type.lower() == "bit":
        return all(_NUMBER.fullmatch(value) for value in flag.live_values)
    return not is_day(column) or all(_DAY.fullmatch(value) for value in flag.live_values)
