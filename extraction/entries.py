"""Finding results: keyset paging through what a filter finds, the same for screens, exports, the API and commands."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from centers.models import Center
from centers.search_text import fold
from extraction.entry_filter import EntryFilter
from extraction.entry_keys import BACKWARDS, LAST_POSITION, ORDER, Key, ahead_of, behind
from extraction.entry_windows import Window, in_window, next_window
from extraction.models import ChartEntry
from extraction.pseudonyms import Pseudonym, patients_of

__all__ = ["BATCH", "EntryFilter", "EntryPage", "Key", "center_keys", "find", "find_in", "needs_window", "page", "walk"]

BATCH = 2000


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
    return find_in(wanted, center_keys(wanted))


def page(wanted: EntryFilter, after: Key | None = None, size: int = 100, *, before: Key | None = None) -> EntryPage:
    """The next `size` entries after a key, or the last ones before `before`; costs the same on every page.

    Without a key: from the first entry.
    """
    centers, start, backwards = center_keys(wanted), before or after, before is not None
    window = None
    found = find_in(wanted, centers)
    if needs_window(wanted, centers):
        window = next_window(wanted, centers, start, size, backwards=backwards)
        found = found.filter(in_window(window, backwards=backwards)) if window.places else found.none()
    if start is not None:
        found = found.filter(ahead_of(start) if backwards else behind(start))
    ordered = found.order_by(*(BACKWARDS if backwards else ORDER))
    entries = list(ordered.select_related("center")[: size + 1])
    shown = entries[:size]
    onwards = Key.of(shown[-1]) if len(entries) > size else _end_of(window, backwards=backwards)
    if backwards:
        shown = shown[::-1]
        return EntryPage(shown, Key.of(shown[-1]) if shown else start and start.one_less(), onwards)
    back = None if start is None else Key.of(shown[0]) if shown else start.one_more()
    return EntryPage(shown, onwards, back)


def walk(wanted: EntryFilter) -> Iterator[ChartEntry]:
    """All entries in order, BATCH in memory at a time; no cursor stays open between them."""
    key: Key | None = None
    while True:
        batch = page(wanted, key, BATCH)
        yield from batch.entries
        if batch.next_key is None:
            return
        key = batch.next_key


def center_keys(wanted: EntryFilter) -> list[int] | None:
    """The keys of the centers that `wanted` names by id or region, or is limited to; None: all of them."""
    if not wanted.center_ids and not wanted.regions and wanted.within is None:
        return None
    centers = Center.objects.order_by()
    if wanted.center_ids:
        centers = centers.filter(center_id__in=wanted.center_ids)
    if wanted.regions:
        centers = centers.filter(server__region__code__in=wanted.regions)
    if wanted.within is not None:
        centers = centers.filter(server__region__in=wanted.within)
    return list(centers.values_list("pk", flat=True))


def find_in(wanted: EntryFilter, centers: Sequence[int] | None) -> QuerySet[ChartEntry]:
    """As `find`, when the centers are known."""
    found = ChartEntry.objects.all()
    if wanted.date_from:
        found = found.filter(business_date__gte=wanted.date_from)
    if wanted.date_to:
        found = found.filter(business_date__lte=wanted.date_to)
    if centers is not None:
        found = found.filter(center_id=centers[0]) if len(centers) == 1 else found.filter(center_id__in=centers)
    if wanted.status:
        found = found.filter(insurance_status=wanted.status)
    if wanted.service_code:
        # The whole code with its quotation marks, so that 01 does not find 2010.
        found = found.filter(service_codes__contains=json.dumps(wanted.service_code, ensure_ascii=False))
    if wanted.text:
        found = found.filter(search_text__contains=fold(wanted.text))
    if wanted.pseudonym:
        found = _of_patient(found, wanted.pseudonym)
    return found


def needs_window(wanted: EntryFilter, centers: Sequence[int] | None) -> bool:
    """False where the index alone leads from entry to entry, or where a patient has few of them."""
    if wanted.pseudonym:
        return False
    narrows = wanted.status or wanted.service_code or wanted.text
    return bool(narrows) or (centers is not None and len(centers) != 1)


def _end_of(window: Window | None, *, backwards: bool) -> Key | None:
    if window is None or not window.is_cut:
        return None
    return Key(*window.last, 0 if backwards else LAST_POSITION)


def _of_patient(found: QuerySet[ChartEntry], text: str) -> QuerySet[ChartEntry]:
    pseudonym = Pseudonym.parse(text)
    center = Center.objects.filter(center_id=pseudonym.center_id).first() if pseudonym else None
    if pseudonym is None or center is None:
        return found.none()
    of_center = found.filter(center_id=center.pk)
    ids = of_center.order_by().values_list("patient_id", flat=True).distinct()
    return of_center.filter(patient_id__in=patients_of(pseudonym, ids))
