"""What somebody types above a list of runs, exports, held days or saved exports."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from centers.search_text import fold
from dentalhub.spellings import contains
from extraction.dates import parse
from extraction.models import Export, ExtractionRun, HeldSlice, SavedExport
from mappings.enums import DateFormat

MOST_WORDS = 5
# Any number of so many digits is a key that our databases can have.
_MOST_DIGITS = 18
_FORMS = (DateFormat.GERMAN, DateFormat.ISO)


def runs_matching(runs: QuerySet[ExtractionRun], text: str) -> QuerySet[ExtractionRun]:
    """Those that every word of `text` fits: their number, a day that they read, or who asked for them."""
    for word in _words(text):
        fits = contains(word, "requested_by__username")
        if (key := _key(word)) is not None:
            fits |= Q(pk=key)
        if (day := _day(word)) is not None:
            fits |= Q(date_from__lte=day, date_to__gte=day)
        runs = runs.filter(fits)
    return runs


def exports_matching(exports: QuerySet[Export], text: str) -> QuerySet[Export]:
    """Those that every word of `text` fits: number, day, who asked, format or checksum."""
    for word in _words(text):
        fits = contains(word, "requested_name") | Q(format__icontains=word) | Q(sha256__istartswith=word)
        if (key := _key(word)) is not None:
            fits |= Q(pk=key)
        if (day := _day(word)) is not None:
            midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()))
            fits |= Q(requested_at__gte=midnight, requested_at__lt=midnight + dt.timedelta(days=1))
        exports = exports.filter(fits)
    return exports


def held_matching(held: QuerySet[HeldSlice], text: str) -> QuerySet[HeldSlice]:
    """Those that every word of `text` fits: the day, or the center's id, name or city."""
    for word in _words(text):
        fits = Q(center__search_text__contains=fold(word))
        if (day := _day(word)) is not None:
            fits |= Q(business_date=day)
        held = held.filter(fits)
    return held


def saved_exports_matching(saved: QuerySet[SavedExport], text: str) -> QuerySet[SavedExport]:
    """Those whose name or owner has every word of `text`."""
    for word in _words(text):
        saved = saved.filter(contains(word, "name", "owner__username"))
    return saved


def _words(text: str) -> list[str]:
    return text.replace("\0", "").split()[:MOST_WORDS]


def _key(word: str) -> int | None:
    digits = word.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None


def _day(word: str) -> dt.date | None:
    # Also 1.9.2026, as people write it.
    word = ".".join(part.zfill(2) for part in word.split(".")) if word.count(".") == 2 else word
    return next((day for form in _FORMS if (day := parse(word, form)) is not None), None)
