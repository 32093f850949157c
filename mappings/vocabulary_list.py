"""The learned names as their pages show them: one row for each canonical name and key, with where it comes from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from centers.scope import Scope
from mappings.canonical import canonical_order
from mappings.learned_names import verdict_counts
from mappings.models import ImportedName, LearnedName
from mappings.vocabulary import Name

# A name of more centers links to its own page, which lists them all.
_SHOWN_CENTERS = 3


@dataclass(frozen=True, slots=True)
class NameRow:
    """In how many centers a name was confirmed and rejected; `imported` when a file says something about it."""

    canonical: str
    key: str
    confirmed: int = 0
    rejected: int = 0
    imported: ImportedName | None = None

    @property
    def name(self) -> Name:
        return (self.canonical, self.key)

    @property
    def centers(self) -> int:
        """How many centers taught the name."""
        return self.confirmed + self.rejected


@dataclass(frozen=True, slots=True)
class ShownName:
    """A row with the entries of its centers; none when there are too many for a list."""

    row: NameRow
    entries: Sequence[LearnedName]


def name_rows(scope: Scope, *, forgotten: bool = False, table: str = "", search: str = "") -> list[NameRow]:
    """The names that have a say in `scope`, or the forgotten ones; of one table, with `search` in one of both."""
    counts = verdict_counts(LearnedName.objects.in_scope(scope).filter(forgotten_at__isnull=not forgotten))
    imported = {
        (item.canonical, item.name_key): item
        for item in ImportedName.objects.filter(forgotten_at__isnull=not forgotten).order_by()
    }
    rows = (NameRow(*name, *counts.get(name, (0, 0)), imported.get(name)) for name in {*counts, *imported})
    order = canonical_order()
    return sorted(
        (row for row in rows if _fits(row, table, search)),
        key=lambda row: (order.get(row.canonical, len(order)), -row.confirmed, -row.rejected, row.key),
    )


def with_centers(rows: Sequence[NameRow], scope: Scope, *, forgotten: bool = False) -> list[ShownName]:
    """`rows` with the centers of those that few centers taught. One query."""
    few = [row.name for row in rows if 0 < row.centers <= _SHOWN_CENTERS]
    entries: dict[Name, list[LearnedName]] = defaultdict(list)
    for entry in _entries_of(few, scope, forgotten):
        entries[entry.canonical, entry.name_key].append(entry)
    return [ShownName(row, entries.get(row.name, ())) for row in rows]


def entries_of(canonical: str, key: str, scope: Scope) -> list[LearnedName]:
    """Every center's entry of one name, those that have a say first."""
    return sorted(
        _entries(scope).filter(canonical=canonical, name_key=key), key=lambda entry: entry.forgotten_at is not None
    )


def _entries_of(names: Sequence[Name], scope: Scope, forgotten: bool) -> Iterable[LearnedName]:
    conditions = [Q(canonical=canonical, name_key=key) for canonical, key in names]
    if not conditions:
        return ()
    return _entries(scope).filter(reduce(or_, conditions), forgotten_at__isnull=not forgotten)


def _entries(scope: Scope) -> QuerySet[LearnedName]:
    rows = LearnedName.objects.in_scope(scope).select_related("center", "mapping__center")
    return rows.defer("mapping__content").order_by("center__center_id")


def _fits(row: NameRow, table: str, search: str) -> bool:
    if table and row.canonical.partition(".")[0] != table:
        return False
    text = f"{row.canonical} {row.key}"
    return all(word in text for word in search.upper().split())
