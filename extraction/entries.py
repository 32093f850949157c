"""Finding results: the filter that screens, exports and commands share, and keyset paging through what it finds."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from centers.models import Center
from extraction.entry_keys import BACKWARDS, ORDER, Key, ahead_of, behind
from extraction.models import ChartEntry
from extraction.pseudonyms import Pseudonym, patients_of

__all__ = ["BATCH", "EntryFilter", "EntryPage", "Key", "find", "page", "walk"]

BATCH = 2000
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which chart entries; empty parts do not narrow, all others must hold at once.

    `center_ids` are the centers' own ids, `regions` the codes of regions, the days are included, and `pseudonym` is a
    whole one, as `extraction.pseudonyms` makes them.
    """

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    center_ids: tuple[str, ...] = ()
    status: str = ""
    service_code: str = ""
    text: str = ""
    regions: tuple[str, ...] = ()
    pseudonym: str = ""

    def without_patients(self) -> "EntryFilter":
        """The same for logs, audit events and ledgers: a searched text may be a name, a pseudonym is one patient."""
        return replace(self, text=HIDDEN if self.text else "", pseudonym=HIDDEN if self.pseudonym else "")


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries in order. A key is None where nothing is left in its direction.

    There may be fewer entries than were asked for, even none, before the last page: only the keys say where it ends.
    """

    entries: list[ChartEntry]
    next_key: Key | None
    previous_key: Key | None = None


def find(wanted: EntryFilter) -> QuerySet[ChartEntry]:
    """The entries that `wanted` describes, in no order yet."""
    found = ChartEntry.objects.all()
    if wanted.date_from:
        found = found.filter(business_date__gte=wanted.date_from)
    if wanted.date_to:
        found = found.filter(business_date__lte=wanted.date_to)
    if wanted.center_ids or wanted.regions:
        found = found.filter(center_id__in=_center_keys(wanted))
    if wanted.status:
        found = found.filter(insurance_status=wanted.status)
    if wanted.service_code:
        # The whole code with its quotation marks, so that 01 does not find 2010.
        found = found.filter(service_codes__contains=json.dumps(wanted.service_code, ensure_ascii=False))
    if wanted.text:
        found = found.filter(chart_entry__icontains=wanted.text)
    if wanted.pseudonym:
        found = _of_patient(found, wanted.pseudonym)
    return found


def page(wanted: EntryFilter, after: Key | None = None, size: int = 100, *, before: Key | None = None) -> EntryPage:
    """The next `size` entries after a key, or the last ones before `before`; costs the same on every page.

    Without a key: from the first entry.
    """
    found = find(wanted)
    if before is not None:
        entries = _ordered(found.filter(ahead_of(before)), BACKWARDS, size + 1)
        shown = entries[:size][::-1]
        return EntryPage(shown, Key.of(shown[-1]) if shown else None, Key.of(shown[0]) if len(entries) > size else None)
    if after is not None:
        found = found.filter(behind(after))
    entries = _ordered(found, ORDER, size + 1)
    shown = entries[:size]
    return EntryPage(
        shown,
        Key.of(shown[-1]) if len(entries) > size else None,
        Key.of(shown[0]) if after is not None and shown else None,
    )


def walk(wanted: EntryFilter) -> Iterator[ChartEntry]:
    """All entries in order, BATCH in memory at a time; no cursor stays open between them."""
    key: Key | None = None
    while True:
        batch = page(wanted, key, BATCH)
        yield from batch.entries
        if batch.next_key is None:
            return
        key = batch.next_key


def _ordered(found: QuerySet[ChartEntry], order: tuple[str, ...], count: int) -> list[ChartEntry]:
    return list(found.select_related("center").order_by(*order)[:count])


def _center_keys(wanted: EntryFilter) -> list[int]:
    centers = Center.objects.order_by()
    if wanted.center_ids:
        centers = centers.filter(center_id__in=wanted.center_ids)
    if wanted.regions:
        centers = centers.filter(server__region__code__in=wanted.regions)
    return list(centers.values_list("pk", flat=True))


def _of_patient(found: QuerySet[ChartEntry], text: str) -> QuerySet[ChartEntry]:
    pseudonym = Pseudonym.parse(text)
    if pseudonym is None:
        return found.none()
    of_center = found.filter(center__center_id=pseudonym.center_id)
    ids = of_center.order_by().values_list("patient_id", flat=True).distinct()
    return of_center.filter(patient_id__in=patients_of(pseudonym, ids))
