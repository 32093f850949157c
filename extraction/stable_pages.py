"""Pages of chart entries that hold while new slices land: no entry is skipped or repeated that was there all along.

An entry's position is no place to go on from, because a slice that is replaced counts its entries anew. Here a page
ends between two slices, or inside one behind a row id of the source, which is the same in the old and the new slice.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from extraction.entries import EntryFilter, Key, center_keys, find_in, needs_window
from extraction.entry_windows import in_window, next_window
from extraction.models import ChartEntry


@dataclass(frozen=True, slots=True)
class Place:
    """Behind the entry `row` of a slice, or with None behind the whole slice."""

    day: dt.date
    center: int
    row: str | None = None


@dataclass(frozen=True, slots=True)
class StablePage:
    """Some entries in the order of days and centers; `behind` is None on the last page."""

    entries: list[ChartEntry]
    behind: Place | None


def stable_page(wanted: EntryFilter, after: Place | None, size: int) -> StablePage:
    """At most `size` entries after a place (None: from the first one), in a constant number of queries.

    There may be fewer, even none, before the last page; more only where `size` entries of a slice have one row id.
    """
    centers = center_keys(wanted)
    chosen, entries = find_in(wanted, centers).select_related("center"), list[ChartEntry]()
    if after is not None and after.row is not None:
        entries, cut = _part_of_slice(chosen, after.day, after.center, after.row, size)
        if cut is not None:
            return StablePage(entries, Place(after.day, after.center, cut))
    following, end = _window(wanted, centers, chosen, after, size)
    space = size - len(entries)
    found = _following(following, after, space + 1)
    if len(found) <= space:
        return StablePage(entries + found, end)
    day, center = found[-1].business_date, found[-1].center_id
    whole = [entry for entry in found if (entry.business_date, entry.center_id) != (day, center)]
    if len(whole) == space:
        last = (entries + whole)[-1]
        return StablePage(entries + whole, Place(last.business_date, last.center_id))
    part, cut = _part_of_slice(chosen, day, center, None, space - len(whole))
    return StablePage(entries + whole + part, Place(day, center, cut))


def _window(
    wanted: EntryFilter, centers: Sequence[int] | None, chosen: QuerySet[ChartEntry], after: Place | None, size: int
) -> tuple[QuerySet[ChartEntry], Place | None]:
    """Where to look for the next entries, and the place to go on from when these are all looked at; None: the end."""
    if not needs_window(wanted, centers):
        return chosen, None
    window = next_window(wanted, centers, Key(after.day, after.center, 0) if after else None, size)
    if not window.places:
        return chosen.none(), None
    return chosen.filter(in_window(window)), Place(*window.last) if window.is_cut else None


def _part_of_slice(
    entries: QuerySet[ChartEntry], day: dt.date, center: int, row: str | None, size: int
) -> tuple[list[ChartEntry], str | None]:
    """The next `size` entries of a slice by their row ids, and the last of these; None when nothing is left."""
    of_slice = entries.filter(business_date=day, center_id=center)
    left = of_slice if row is None else of_slice.filter(source_row_id__gt=row)
    found = list(left.order_by("source_row_id", "position")[: size + 1])
    if len(found) <= size:
        return found, None
    over = found.pop().source_row_id
    if found[-1].source_row_id == over:
        # A source without a key: entries of one row id stay together.
        found = [entry for entry in found if entry.source_row_id != over]
        if not found:
            found = list(of_slice.filter(source_row_id=over).order_by("position"))
    return found, found[-1].source_row_id


def _following(entries: QuerySet[ChartEntry], after: Place | None, size: int) -> list[ChartEntry]:
    """The first `size` entries of the slices behind a place, each slice read by one query."""
    ordered = entries.order_by("business_date", "center_id", "position")
    if after is None:
        return list(ordered[:size])
    # The rest of the day and the days after it: each is one range of the index, both together would not be.
    found = list(ordered.filter(business_date=after.day, center_id__gt=after.center)[:size])
    if len(found) < size:
        found += ordered.filter(business_date__gt=after.day)[: size - len(found)]
    return found
