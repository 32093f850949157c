"""Ids and codes of a source as text, so that rows of different tables meet as they do in the source. *Pure*."""

import re
import uuid
from decimal import Decimal

from mappings.enums import PatientIdForm

Order = tuple[int, Decimal, str]
_WRITTEN_NUMBER = re.compile(r"\s*0*([0-9]+?)(?:\.0+)?\s*")
_NUMBERS = frozenset({PatientIdForm.INTEGER, PatientIdForm.DECIMAL})


def as_text(value: object) -> str:
    """An id or code as text: numbers without padding or needless decimals, NULL as nothing.

    Blanks at the end go, because a CHAR column adds them and SQL Server's own comparison ignores them.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.rstrip(" ")
    if isinstance(value, int | Decimal | float):
        # By way of text, for 5.5 and the Decimal 5.50 are one id.
        return str(int(value)) if value == int(value) else f"{Decimal(str(value)).normalize():f}"
    return str(value).upper() if isinstance(value, uuid.UUID) else str(value)


def patient_key(value: object, form: PatientIdForm | None) -> str:
    """A patient's id as text. Where ids are numbers, a text that holds one ("00012", "12.0") is that number.

    Every other text stays as it is: with ids that are texts, "00012" and "12" are two patients.
    """
    if isinstance(value, str) and form in _NUMBERS and (match := _WRITTEN_NUMBER.fullmatch(value)):
        return match[1]
    return as_text(value)


def order(value: object) -> Order:
    """A sort key: NULL first, numbers by value, everything else as text."""
    if value is None:
        return 0, Decimal(0), ""
    if isinstance(value, int | float | Decimal):
        return 1, Decimal(value), ""
    return 2, Decimal(0), as_text(value)
