"""Finding results: the filter that screens, exports and commands share, and keyset paging through what it finds."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from extraction.models import ChartEntry

BATCH = 2000
# The largest key that a database holds.
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which chart entries; empty parts do not narrow. `center_ids` are the centers' own ids, the days are included."""

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    center_ids: tuple[str, ...] = ()
    status: str = ""
    service_code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """The place of an entry in the order by date, center and position."""

    day: dt.date
    center: int
    position: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.center}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The inverse of `str`; None for anything else."""
        try:
            day, center, position = text.split(".")
            key = cls(dt.date.fromisoformat(day), int(center), int(position))
        except ValueError:
            return None
        return key if max(abs(key.center), abs(key.position)) <= LARGEST_KEY else None

    @classmethod
    def of(cls, entry: ChartEntry) -> "Key":
        """The key of an entry."""
        return cls(entry.business_date, entry.center_id, entry.position)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries in order; `next_key` is None on the last page."""

    entries: list[ChartEntry]
    next_key: Key | None


def find(wanted: EntryFilter) -> QuerySet[ChartEntry]:
    """The entries that `wanted` describes, in no order yet."""
    found = ChartEntry.objects.all()
    if wanted.date_from:
        found = found.filter(business_date__gte=wanted.date_from)
    if wanted.date_to:
        found = found.filter(business_date__lte=wanted.date_to)
    if wanted.center_ids:
        found = found.filter(center__center_id__in=wanted.center_ids)
    if wanted.status:
        found = found.filter(insurance_status=wanted.status)
    if wanted.service_code:
        # The whole code with its quotation marks, so that 01 does not find 2010.
        found = found.filter(service_codes__contains=json.dumps(wanted.service_code, ensure_ascii=False))
    if wanted.text:
        found = found.filter(chart_entry__icontains=wanted.text)
    return found


def page(wanted: EntryFilter, after: Key | None = None, size: int = 100) -> EntryPage:
    """The next `size` entries after a key (None: from the first one); costs the same on every page."""
    found = find(wanted)
    if after is not None:
        found = found.filter(_behind(after))
    ordered = found.select_related("center").order_by("business_date", "center_id", "position")
    entries = list(ordered[: size + 1])
    return EntryPage(entries[:size], Key.of(entries[size - 1]) if len(entries) > size else None)


def walk(wanted: EntryFilter) -> Iterator[ChartEntry]:
    """All entries in order, BATCH in memory at a time; no cursor stays open between them."""
    key: Key | None = None
    while True:
        batch = page(wanted, key, BATCH)
        yield from batch.entries
        if batch.next_key is None:
            return
        key = batch.next_key


def _behind(key: Key) -> Q:
    # The first condition follows from the others and is there for the index.
    return Q(business_date__gte=key.day) & (
        Q(business_date__gt=key.day)
        | Q(business_date=key.day, center_id__gt=key.center)
        | Q(business_date=key.day, center_id=key.center, position__gt=key.position)
    )
