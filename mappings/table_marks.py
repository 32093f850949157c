"""Signs that a table is not the one in daily use: a backup, an archive, a staging copy, a successor, a view. *Pure*."""

from dataclasses import dataclass
from enum import StrEnum

from centers.catalog import Table
from mappings.names import AffixPlace, joined, words_of


class Mark(StrEnum):
    """Why a table is set aside; the values are evidence codes."""

    BACKUP = "looks_like_backup"
    STAGING = "looks_like_staging"
    SUCCESSOR = "looks_like_successor"
    VIEW = "is_view"
    EMPTY = "is_empty"


# fmt: off
_BACKUP = frozenset({
    "BAK", "BKP", "BACKUP", "SICHERUNG", "SICH", "OLD", "ALT", "COPY", "KOPIE", "ARCHIV", "ARCHIVE", "ARC", "HIST",
    "HISTORIE", "TEST", "TMP", "TEMP", "SAVE",
})
# fmt: on
_STAGING = frozenset({"IMP", "IMPORT", "STG", "STAGE", "STAGING", "LOAD", "ETL"})
_SUCCESSOR = frozenset({"NEU", "NEW", "V2", "V3"})
_FLAT_STARTS = {"IMP": Mark.STAGING, "STG": Mark.STAGING, "BAK": Mark.BACKUP}
_FLAT_PARTS = ("BACKUP", "SICHERUNG", "ARCHIV")


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """The marks of a table and its name's words without them."""

    marks: frozenset[Mark]
    words: tuple[str, ...]


def marks_of(table: Table, place: AffixPlace) -> MarkedTable:
    """What speaks against `table`. A word counts wherever it stands, so KARTEI_BAK is no KARTEI with an affix BAK."""
    marks: set[Mark] = set()
    kept: list[str] = []
    for word in words_of(table.name):
        mark = _mark(word)
        if mark:
            marks.add(mark)
        else:
            kept.append(word)
    marks.update(mark for mark in map(_mark, words_of(table.schema)) if mark)
    if place is AffixPlace.FLAT:
        marks.update(_flat_marks(joined(table.name)))
    if table.is_view:
        marks.add(Mark.VIEW)
    if table.row_count == 0:
        marks.add(Mark.EMPTY)
    return MarkedTable(frozenset(marks), tuple(kept))


def _mark(word: str) -> Mark | None:
    if word in _BACKUP or (len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}):
        return Mark.BACKUP
    if word in _STAGING:
        return Mark.STAGING
    return Mark.SUCCESSOR if word in _SUCCESSOR else None


def _flat_marks(name: str) -> set[Mark]:
    marks = {mark for start, mark in _FLAT_STARTS.items() if name.startswith(start)}
    if any(part in name for part in _FLAT_PARTS):
        marks.add(Mark.BACKUP)
    return marks
