"""Where the next page of a list begins, as a word that clients hand back unread."""

import base64
import datetime as dt
import json

from django.utils.translation import gettext as _

from dentalhub.problems import ProblemError
from extraction.stable_pages import Place

LARGEST_KEY = 2**63 - 1
MOST_CHARACTERS = 500


def text_cursor(kind: str, last: str) -> str:
    """The cursor of a list that is ordered by a text."""
    return _encoded(kind, last)


def read_text_cursor(kind: str, cursor: str | None) -> str | None:
    """The inverse; None for the first page. Raises ProblemError."""
    if not cursor:
        return None
    return _text(_decoded(kind, cursor, 1)[0])


def number_cursor(kind: str, last: int) -> str:
    """The cursor of a list that is ordered by a key."""
    return _encoded(kind, last)


def read_number_cursor(kind: str, cursor: str | None) -> int | None:
    """The inverse; None for the first page. Raises ProblemError."""
    return _key(_decoded(kind, cursor, 1)[0]) if cursor else None


def entry_cursor(place: Place) -> str:
    """The cursor of chart entries. It holds no patient's data: it may stand in an address."""
    return _encoded("entries", place.day.isoformat(), place.center, place.row)


def read_entry_cursor(cursor: str | None) -> Place | None:
    """The inverse; None for the first page. Raises ProblemError."""
    if not cursor:
        return None
    day, center_pk, row = _decoded("entries", cursor, 3)
    try:
        date = dt.date.fromisoformat(_text(day))
    except ValueError:
        raise _unknown() from None
    return Place(date, _key(center_pk), None if row is None else _text(row))


def _encoded(kind: str, *parts: object) -> str:
    text = json.dumps([kind, *parts], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(kind: str, cursor: str, parts: int) -> list[object]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) != parts + 1 or found[0] != kind:
        raise _unknown()
    return found[1:]


def _unknown() -> ProblemError:
    return ProblemError.in_field("cursor", _("This is no cursor of this list."))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _unknown()
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _unknown() from None
    return value


def _key(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_KEY:
        raise _unknown()
    return value
