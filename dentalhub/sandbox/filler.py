"""Columns that the extraction never reads, with plausible values (*pure*)."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from dentalhub.sandbox.people import FAMILY_NAMES, GIVEN_NAMES, STAFF, STREETS
from dentalhub.sandbox.source_model import ColumnSpec, Row, Value
from dentalhub.sandbox.traits import SourceForm
from dentalhub.sandbox.value_forms import (
    day_column,
    day_value,
    flag_column,
    flag_value,
    patient_column,
    patient_value,
)


class Kind(Enum):
    """What a filler column holds."""

    ID = auto()
    PATIENT = auto()
    DAY = auto()
    BIRTH = auto()
    FLAG = auto()
    STAMP = auto()
    TIME = auto()
    NOTE = auto()
    MONEY = auto()
    FACTOR = auto()
    TOOTH = auto()
    COUNT = auto()
    STATUS = auto()
    USER = auto()
    FAMILY = auto()
    GIVEN = auto()
    STREET = auto()
    CITY = auto()
    PHONE = auto()
    CODE = auto()
    FIRM = auto()
    NUMBER = auto()
    PATH = auto()
    GUID = auto()
    YES = auto()
    SHARE = auto()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What filler values are drawn from."""

    rng: random.Random
    form: SourceForm
    patients: Sequence[int]
    service_codes: Sequence[str]
    city: str
    first_day: dt.date
    last_day: dt.date

    def day(self) -> dt.date:
        """A day of the source's history."""
        span = (self.last_day - self.first_day).days
        return self.first_day + dt.timedelta(days=self.rng.randint(0, span))

    def birthday(self) -> dt.date:
        """The day on which a patient between 3 and 90 years was born."""
        return self.last_day - dt.timedelta(days=self.rng.randint(3 * 365, 90 * 365))

    def stamp(self) -> dt.datetime:
        """A moment in office hours, to the second."""
        moment = dt.time(self.rng.randint(7, 18), self.rng.randint(0, 59), self.rng.randint(0, 59))
        return dt.datetime.combine(self.day(), moment)


_NOTES = ("bitte anrufen", "kommt später", "Befund fehlt", "Kind, Angst", "nur vormittags", "bezahlt; bar", None)
_FIRMS = ("Dentallabor Krüger GmbH", "Zahnwerk Süd", "Henry Schein", "Pluradent", "NWD Dental", "M+W Dental")

_COLUMNS: Mapping[Kind, tuple[str, int | None, int | None, int | None]] = {
    Kind.ID: ("int", None, None, None),
    Kind.STAMP: ("datetime", None, None, None),
    Kind.TIME: ("char", 5, None, None),
    Kind.NOTE: ("nvarchar", 200, None, None),
    Kind.MONEY: ("decimal", None, 9, 2),
    Kind.FACTOR: ("decimal", None, 5, 3),
    Kind.TOOTH: ("tinyint", None, None, None),
    Kind.COUNT: ("smallint", None, None, None),
    Kind.STATUS: ("int", None, None, None),
    Kind.USER: ("varchar", 20, None, None),
    Kind.FAMILY: ("nvarchar", 60, None, None),
    Kind.GIVEN: ("nvarchar", 60, None, None),
    Kind.STREET: ("nvarchar", 80, None, None),
    Kind.CITY: ("nvarchar", 60, None, None),
    Kind.PHONE: ("varchar", 30, None, None),
    Kind.CODE: ("varchar", 10, None, None),
    Kind.FIRM: ("nvarchar", 80, None, None),
    Kind.NUMBER: ("bigint", None, None, None),
    Kind.PATH: ("nvarchar", -1, None, None),
    Kind.GUID: ("uniqueidentifier", None, None, None),
    Kind.YES: ("bit", None, None, None),
    Kind.SHARE: ("float", None, None, None),
}

_VALUES: Mapping[Kind, Callable[[Surroundings], Value]] = {
    Kind.PATIENT: lambda here: patient_value(here.rng.choice(here.patients), here.form.keys),
    Kind.DAY: lambda here: day_value(here.day(), 0, here.form.dates),
    Kind.BIRTH: lambda here: day_value(here.birthday(), 0, here.form.dates),
    Kind.FLAG: lambda here: flag_value(here.rng.random() < 0.05, here.form.flags),
    Kind.STAMP: Surroundings.stamp,
    Kind.TIME: lambda here: f"{here.rng.randint(7, 18):02d}:{here.rng.choice((0, 15, 30, 45)):02d}",
    Kind.NOTE: lambda here: here.rng.choice(_NOTES),
    Kind.MONEY: lambda here: Decimal(here.rng.randint(500, 250_000)) / 100,
    Kind.FACTOR: lambda here: here.rng.choice((Decimal("1.000"), Decimal("2.300"), Decimal("3.500"))),
    Kind.TOOTH: lambda here: here.rng.randint(1, 4) * 10 + here.rng.randint(1, 8),
    Kind.COUNT: lambda here: here.rng.randint(1, 12),
    Kind.STATUS: lambda here: here.rng.randint(0, 4),
    Kind.USER: lambda here: here.rng.choice(STAFF),
    Kind.FAMILY: lambda here: here.rng.choice(FAMILY_NAMES),
    Kind.GIVEN: lambda here: here.rng.choice(GIVEN_NAMES),
    Kind.STREET: lambda here: f"{here.rng.choice(STREETS)} {here.rng.randint(1, 120)}",
    Kind.CITY: lambda here: here.city,
    Kind.PHONE: lambda here: f"0{here.rng.randint(30, 999)} 555{here.rng.randint(1000, 9999)}",
    Kind.CODE: lambda here: here.rng.choice(here.service_codes),
    Kind.FIRM: lambda here: here.rng.choice(_FIRMS),
    Kind.NUMBER: lambda here: here.rng.randint(10**9, 10**12),
    Kind.PATH: lambda here: f"\\\\srv\\daten\\{here.rng.randint(10_000, 99_999)}.pdf",
    Kind.GUID: lambda here: str(uuid.UUID(int=here.rng.getrandbits(128), version=4)).upper(),
    Kind.YES: lambda here: here.rng.randint(0, 1),
    Kind.SHARE: lambda here: here.rng.randint(0, 64) / 64,
}


def filler_column(name: str, kind: Kind, form: SourceForm) -> ColumnSpec:
    """The column of this kind; a key column takes no NULL."""
    match kind:
        case Kind.PATIENT:
            return patient_column(name, form.keys)
        case Kind.DAY | Kind.BIRTH:
            return day_column(name, form.dates)
        case Kind.FLAG:
            return flag_column(name, form.flags)
    data_type, length, precision, scale = _COLUMNS[kind]
    return ColumnSpec(name, data_type, length, precision, scale, nullable=kind is not Kind.ID)


def filler_values(kinds: Sequence[Kind], here: Surroundings, rows: int) -> list[Row]:
    """Values for ``rows`` rows of columns of these kinds; ids are counted by the caller."""
    makers = [_VALUES[kind] for kind in kinds]
    return [tuple([make(here) for make in makers]) for _ in range(rows)]
