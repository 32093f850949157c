"""How days, delete flags and patient ids are written in a source of a given form (*pure*)."""

import datetime as dt

from dentalhub.sandbox.source_model import ColumnSpec, Value
from dentalhub.sandbox.traits import DateForm, FlagForm, KeyForm

# What old installations really hold where a day should be. NULL is the only one a typed column can store.
_JUNK: dict[DateForm, tuple[Value, ...]] = {
    DateForm.INT: (None, 0, 20240231),
    DateForm.CHAR: (None, "", "20240231"),
    DateForm.GERMAN: (None, "", "31.02.2024"),
    DateForm.DATE: (None,),
    DateForm.DATETIME2: (None,),
}


def day_column(name: str, form: DateForm) -> ColumnSpec:
    """The column that holds a day."""
    match form:
        case DateForm.INT:
            return ColumnSpec(name, "int")
        case DateForm.CHAR:
            return ColumnSpec(name, "varchar", length=8)
        case DateForm.GERMAN:
            return ColumnSpec(name, "varchar", length=10)
        case DateForm.DATE:
            return ColumnSpec(name, "date")
        case DateForm.DATETIME2:
            return ColumnSpec(name, "datetime2", scale=7)


def day_value(day: dt.date | None, junk: int, form: DateForm) -> Value:
    """The stored value of a day, or for None the ``junk``-th value that is no date."""
    if day is None:
        choices = _JUNK[form]
        return choices[junk % len(choices)]
    match form:
        case DateForm.INT:
            return day.year * 10_000 + day.month * 100 + day.day
        case DateForm.CHAR:
            return f"{day:%Y%m%d}"
        case DateForm.GERMAN:
            return f"{day:%d.%m.%Y}"
        case DateForm.DATE:
            return day
        case DateForm.DATETIME2:
            return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 # SQL Server's type has no zone


def flag_column(name: str, form: FlagForm) -> ColumnSpec:
    """The soft-delete column; must not be asked for a source without one."""
    match form:
        case FlagForm.ZERO_ONE:
            return ColumnSpec(name, "int")
        case FlagForm.YES_NO:
            return ColumnSpec(name, "char", length=1)
        case FlagForm.ACTIVE:
            return ColumnSpec(name, "bit", nullable=False)
        case FlagForm.ABSENT:
            raise ValueError("This source has no delete flag.")


def flag_value(deleted: bool | None, form: FlagForm) -> Value:
    """The stored mark. An inverted flag has no NULL, whose meaning would be anybody's guess."""
    match form:
        case FlagForm.ACTIVE:
            return 0 if deleted else 1
        case FlagForm.YES_NO:
            return None if deleted is None else "NJ"[deleted]
        case _:
            return None if deleted is None else int(deleted)


def patient_column(name: str, form: KeyForm, *, nullable: bool = True) -> ColumnSpec:
    """The column that holds a patient id."""
    if form is KeyForm.INT:
        return ColumnSpec(name, "int", nullable=nullable)
    return ColumnSpec(name, "varchar", length=12, nullable=nullable)


def patient_value(patient_id: int, form: KeyForm) -> int | str:
    """The stored patient id. Text ids have one width, so that their order is that of the numbers."""
    match form:
        case KeyForm.INT:
            return patient_id
        case KeyForm.TEXT:
            return f"PAT-{patient_id:05d}"
        case KeyForm.PADDED:
            return f"{patient_id:07d}"
