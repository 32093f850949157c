"""The ways in which a searched text may be written where no folded copy is stored to compare it with. *Pure*."""

from django.db.models import Q

_LONG = {"ae": "ä", "oe": "ö", "ue": "ü"}
_CAPITALS = str.maketrans("äöü", "ÄÖÜ")


def spellings(text: str) -> tuple[str, ...]:
    """`text` as it is, with umlauts spelled out, and with umlauts instead: Mueller finds Müller, and the reverse.

    Umlauts come as small letters and as capitals, because SQLite does not know that they are the same letters.
    """
    plain = text.lower().replace("ß", "ss")
    for long, umlaut in _LONG.items():
        plain = plain.replace(umlaut, long)
    short = plain
    for long, umlaut in _LONG.items():
        short = short.replace(long, umlaut)
    found = [short, short.replace("ss", "ß")]
    return tuple(dict.fromkeys([text, plain, *found, *(one.translate(_CAPITALS) for one in found)]))


def contains(text: str, *fields: str) -> Q:
    """The condition that one of `fields` has `text`, in one of its spellings."""
    found = Q()
    for field in fields:
        for spelling in spellings(text):
            found |= Q(**{f"{field}__icontains": spelling})
    return found
