"""The centers of a generated network in memory, for the generator's tests."""

from datetime import date
from functools import cache

from dentalhub.sandbox.center_source import CenterSource, make_center_source
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.schema import CanonicalTable

FRIDAY = date(2026, 11, 20)
OPTIONS = NetworkOptions(until=FRIDAY)


@cache
def all_centers() -> dict[str, CenterSource]:
    """The sources of the default network, by center id."""
    return {center.center_id: make_center_source(OPTIONS, center) for center in plan_roster(OPTIONS).centers}


def with_trait(trait: str) -> CenterSource:
    """The first center with this trait."""
    return next(made for made in all_centers().values() if made.center.trait == trait)


def canonical(made: CenterSource, word: str) -> CanonicalTable:
    """A canonical table of a center."""
    return next(table for table in made.canonical if table.canonical == word)


def stored_column(made: CenterSource, word: str, field: str) -> list[object]:
    """All stored values of a canonical field."""
    found = canonical(made, word)
    names = [column.name for column in found.table.columns]
    position = names.index(found.columns[field] or "")
    return [row[position] for row in found.table.rows]
