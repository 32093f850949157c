"""Values that nobody enters about a patient: made-up ones for trying things out. *Pure*."""

import re
from collections.abc import Iterable

# What every made-up word has in it, in small letters.
_STEMS = (
    *("test", "probe", "dummy", "muster", "asdf", "qwert", "lorem", "ipsum", "foo", "bar", "xxx", "aaa", "beispiel"),
    *("example", "demo", "nobody", "niemand"),
)
# Letters that are one of those in another case, which `lower` does not know.
_ODD_CASE = re.compile("[ſıİ]")
_MADE_UP = re.compile(
    r"\b(test\w*|probe(daten|patient)?|dummy\w*|muster(mann|frau|patient)?|asdf\w*|qwert\w*|lorem|ipsum|foo|bar|xxx+|aaa+"
    r"|beispiel\w*|example|demo(patient)?|nobody|niemand)\b",
    re.IGNORECASE,
)


def made_up_share(values: Iterable[object]) -> float:
    """The share of the texts that are made up, from 0 to 1; numbers and dates tell nothing."""
    texts = [value for value in values if isinstance(value, str) and value and not value.isspace()]
    short = [text for text in texts if len(text) <= 60]
    # Hardly any column holds a made-up text, and a look for the stems is much quicker than the pattern.
    joined = "\n".join(short)
    lowered = joined.lower()
    if not any(stem in lowered for stem in _STEMS) and (joined.isascii() or not _ODD_CASE.search(joined)):
        return 0.0
    if not _MADE_UP.search(joined):
        return 0.0
    return sum(bool(_MADE_UP.search(text)) for text in short) / len(texts)
