"""A practice's data in the logical model, before any physical form (*pure*).

``deleted`` is the soft-delete mark: None is a NULL flag, which counts as not deleted.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient; ``id`` is a number whatever the source's form of patient ids."""

    id: int
    family_name: str
    given_name: str
    deleted: bool | None = False


@dataclass(frozen=True, slots=True)
class InsurerRow:
    """An insurer with its kind code as stored."""

    id: int
    name: str
    kind: str | None
    deleted: bool | None = False


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A patient's link to an insurer, which may be missing."""

    id: int
    patient_id: int
    insurer_id: int | None
    deleted: bool | None = False


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A chart entry. A ``day`` of None is a stored value that is no date; ``junk`` picks which one."""

    id: int
    patient_id: int
    day: date | None
    text: str | None
    deleted: bool | None = False
    junk: int = 0


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A rendered service with its code as stored."""

    id: int
    patient_id: int
    day: date | None
    code: str | None
    deleted: bool | None = False
    junk: int = 0


@dataclass(frozen=True, slots=True)
class Practice:
    """All rows of one practice, each tuple in the order of row ids."""

    patients: tuple[PatientRow, ...]
    insurers: tuple[InsurerRow, ...]
    links: tuple[LinkRow, ...]
    charts: tuple[ChartRow, ...]
    services: tuple[ServiceRow, ...]
