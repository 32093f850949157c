"""Folds text so that Mueller finds Müller. *Pure*."""

import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """`text` in small letters, umlauts spelled out, other accents dropped, blanks single."""
    spelled_out = unicodedata.normalize("NFC", text).lower().translate(_GERMAN)
    letters = unicodedata.normalize("NFKD", spelled_out)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
