"""Values that nobody enters about a patient: made-up ones for trying things out. *Pure*."""

import re
from collections.abc import Iterable

_MADE_UP = re.compile(
    r"\b(test\w*|probe(daten|patient)?|dummy\w*|muster(mann|frau|patient)?|asdf\w*|qwert\w*|lorem|ipsum|foo|bar|xxx+|aaa+"
    r"|beispiel\w*|example|demo(patient)?|nobody|niemand)\b",
    re.IGNORECASE,
)


def made_up_share(values: Iterable[object]) -> float:
    """The share of the texts that are made up, from 0 to 1; numbers and dates tell nothing."""
    texts = [value for value in values if isinstance(value, str) and value.strip()]
    made_up = sum(bool(_MADE_UP.search(text)) for text in texts if len(text) <= 60)
    return made_up / len(texts) if texts else 0.0
