"""What a single value looks like. *Pure*.

Public knowledge only: how dates, fee codes and names of insurers are written in Germany, Austria and Switzerland,
common names of people, and words that dentists write. Nothing is learned from a source here.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mappings.known_names import FAMILY_NAMES, GIVEN_NAMES
from mappings.profile import Shape

_DAY_SECONDS = 86_400
_EPOCHS = range(157_766_400, 4_102_444_800)  # 1975 to 2100
_YEARS = range(1880, 2101)
_FIRST_DATE = 18_800_000
_INFINITE = (float("inf"), float("-inf"))
_WHOLE = frozenset({int, type(None)})
_TEXT = frozenset({str, type(None)})

_TEXT_SHAPES = (
    (Shape.GERMAN_DATE, re.compile(r"[0-3]\d\.[01]\d\.(18|19|20|21)\d\d")),
    (Shape.GERMAN_SHORT_DATE, re.compile(r"[0-3]\d\.[01]\d\.\d\d")),
    (Shape.ISO_DATE, re.compile(r"(18|19|20|21)\d\d-[01]\d-[0-3]\d")),
    (Shape.CLOCK, re.compile(r"[0-2]?\d:[0-5]\d(:[0-5]\d)?")),
    (Shape.ZERO_ONE, re.compile(r"-?[01]|true|false", re.IGNORECASE)),
    (Shape.YES_NO, re.compile(r"[JNYTF]|ja|nein|yes|no", re.IGNORECASE)),
    (Shape.MARK, re.compile(r"[x*+]", re.IGNORECASE)),
    (Shape.KIND_WORD, re.compile(r"GKV|PKV|PRIVAT\w*|GESETZLICH\w*|KASSE|SELBSTZAHLER|BEIHILFE|BG|SOZ", re.IGNORECASE)),
    (
        Shape.SERVICE_CODE,
        re.compile(
            r"((BEMA|GOZ|GO[ÄA]E?|BEB|BEL|DENTOTAR|TARMED)[ .:-]?)?"
            r"([ÄA]\d{1,4}[a-z]?|0\d{1,3}[a-z]?|\d{1,3}[a-e]|\d\.\d{4}|IP\d?|FU\d?|PZR|MHU|FIS)",
        ),
    ),
    (Shape.SERVICE_CODE, re.compile(r"(BEMA|GOZ|GO[ÄA]E?|BEB|BEL|DENTOTAR|TARMED)[ .:-]?[\wÄ.]{1,6}")),
    (Shape.DIGITS, re.compile(r"\d+")),
    (Shape.SHORT_CODE, re.compile(r"[A-ZÄÖÜ0-9]{1,3}", re.IGNORECASE)),
    (Shape.NUMBERED, re.compile(r"[A-ZÄÖÜ]{1,6}[-_/. ]?\d{2,}", re.IGNORECASE)),
)
_INSURER = re.compile(
    r"krankenk|krankenv|ersatzkasse|betriebskr|innungskr|versicher|gesundheitskasse|unfallkasse|knappschaft|postbeamten"
    r"|beihilfe|selbstzahler|\b(AOK|BKK|IKK|LKK|DAK|TK|KKH|HEK|hkk|BARMER|SVLFG|Debeka|DKV|Allianz|AXA|HUK|SIGNAL|Gothaer"
    r"|Barmenia|Continentale|Hallesche|LVM|ARAG|Inter|Universa|HanseMerkur|R\+V|Generali|UNIQA|Merkur|[ÖO]GK|BVAEB|SVS|KFA"
    r"|Wiener St[äa]dtische|Grazer Wechselseitige|muki|Donau|KVB|Helsana|CSS|SWICA|Sanitas|Visana|CONCORDIA|Sympany"
    r"|Assura|KPT|Groupe Mutuel|EGK|[ÖO]KK|Atupri|Aquilana|SUVA|Mobiliar|IV-Stelle|BIG direkt|VIACTIV|mhplus"
    r"|Novitas)\b",
    re.IGNORECASE,
)
_CLINICAL = re.compile(
    r"f[üu]llung|extra[kc]t|an[äa]sth|ultracain|krone|pr[äa]par|prothes|wurzel|kanal|zahn|z[äa]hne|zst\b|mundhyg|befund"
    r"|kontroll|r[öo]ntgen|\bopg\b|pzr|fluorid|kari[eö]s|gingiv|naht|okklu|komposit|abform|provisor|perkuss|sensibil"
    r"|schmerz|taschen|implant|aufkl[äa]r|bissfl|versiegel|druckstelle|konkrement|rezept|recall|aufbereitung|einlage"
    r"|[üu]berweisung|betäub|trepan|inlay|veneer|schiene|abszess|otturaz|estraz|carie|obtur|couronne|detartr|crown|filling"
    r"|root canal|scaling|an[ae]esthe",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^>]{1,40}>|\\[a-z]+\d* ?|[{}]")
_CAPITALS = re.compile(r"((von|van|de|zu|der|Dr\.?|Prof\.?) )*[A-ZÄÖÜ][a-zäöüßéèç]+([-' ][A-ZÄÖÜ][a-zäöüßéèç]+){0,2}")
_MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf]")


def shapes_of(values: list[Any]) -> list[Shape | None]:
    """The shape of each value. Most columns hold one sort, which is asked for once."""
    sorts = set(map(type, values))
    if sorts <= _WHOLE:
        numbers = [value for value in values if value is not None]
        if numbers and min(numbers) > 1 and max(numbers) < _FIRST_DATE:
            return [None if value is None else Shape.WHOLE for value in values]
        return [None if value is None else _whole_shape(value) for value in values]
    if sorts <= _TEXT:
        texts = [None if value is None else value.strip() for value in values]
        return [_text_shape(text) if text else None for text in texts]
    return [shape_of(value) for value in values]


def shape_of(value: object) -> Shape | None:
    """The shape of one value; None for NULL and blank text."""
    # The sorts that most values have, told apart by one look each.
    sort = type(value)
    if sort is str:
        text = str.strip(value)  # type: ignore[arg-type] # what `sort` says
        return _text_shape(text) if text else None
    if sort is int:
        return _whole_shape(value)  # type: ignore[arg-type]
    if value is None:
        return None
    if isinstance(value, bool):
        return Shape.ZERO_ONE
    if isinstance(value, dt.datetime):
        return Shape.DAY if value.time() == dt.time.min else Shape.MOMENT
    if isinstance(value, dt.date):
        return Shape.DAY
    if isinstance(value, dt.time):
        return Shape.CLOCK
    if isinstance(value, float | Decimal | int):
        return _number_shape(value)
    if isinstance(value, bytes):
        return Shape.OTHER
    text = str(value).strip()
    return _text_shape(text) if text else None


def _number_shape(value: float | Decimal) -> Shape:
    if value != value or value in _INFINITE:
        return Shape.DECIMAL
    whole = int(value)
    return _whole_shape(whole) if value == whole else Shape.DECIMAL


def _whole_shape(whole: int) -> Shape:
    if -1 <= whole <= 1:
        return Shape.ZERO_ONE
    if whole < _FIRST_DATE:
        return Shape.WHOLE
    if day_of(str(whole)):
        return Shape.INT_DATE
    if whole in _EPOCHS and whole % _DAY_SECONDS == 0:
        return Shape.EPOCH
    return Shape.WHOLE


@lru_cache(maxsize=65536)
def _text_shape(text: str) -> Shape:
    if len(text) == 8 and text.isdecimal() and day_of(text):
        return Shape.TEXT_DATE
    if text[0].isupper() and not text.isupper() and text.lower() in GIVEN_NAMES:
        return Shape.GIVEN_NAME
    if len(text) <= 20:
        for shape, pattern in _TEXT_SHAPES:
            if pattern.fullmatch(text):
                return shape
    return _words_shape(text)


def _words_shape(text: str) -> Shape:
    plain = _MARKUP.sub(" ", repaired(text)).strip()
    words = plain.split()
    if len(plain) <= 80 and _INSURER.search(plain):
        return Shape.INSURER_NAME
    first = words[0].strip(",.;:").lower() if words else ""
    if len(words) <= 2 and first in GIVEN_NAMES:
        return Shape.GIVEN_NAME
    if len(words) <= 2 and any(word.strip(",.").lower() in FAMILY_NAMES for word in (*words, *first.split("-"))):
        return Shape.FAMILY_NAME
    if _CLINICAL.search(plain):
        return Shape.CLINICAL
    if _CAPITALS.fullmatch(plain):
        return Shape.NAME_LIKE
    if len(words) >= 4:
        return Shape.LONG_TEXT
    return Shape.WORD if plain.replace(" ", "").isalpha() else Shape.OTHER


def repaired(text: str) -> str:
    """Text whose UTF-8 was once read as Latin-1 (`Ã¼`), put right where that is certain."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


@lru_cache(maxsize=65536)
def day_of(digits: str) -> dt.date | None:
    """The day that eight digits YYYYMMDD mean; None when they mean none."""
    if len(digits) != 8 or int(digits[:4]) not in _YEARS:
        return None
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def day_meant(value: object, shape: Shape) -> dt.date | None:
    """The day that a date-like value means."""
    match shape:
        case Shape.DAY | Shape.MOMENT:
            return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
        case Shape.INT_DATE:
            return day_of(str(int(str(value).split(".")[0])))
        case Shape.TEXT_DATE:
            return day_of(str(value).strip())
        case Shape.EPOCH:
            return dt.date(1970, 1, 1) + dt.timedelta(seconds=int(str(value).split(".")[0]))
    parts = {
        Shape.GERMAN_DATE: (6, 10, 3, 5, 0, 2),
        Shape.GERMAN_SHORT_DATE: (6, 8, 3, 5, 0, 2),
        Shape.ISO_DATE: (0, 4, 5, 7, 8, 10),
    }.get(shape)
    if parts is None:
        return None
    text = str(value).strip()
    year = int(text[parts[0] : parts[1]])
    if shape is Shape.GERMAN_SHORT_DATE:
        year += 2000 if year < 80 else 1900
    return day_of(f"{year:04d}{text[parts[2] : parts[3]]}{text[parts[4] : parts[5]]}")


DATE_SHAPES = frozenset(
    {
        Shape.INT_DATE,
        Shape.EPOCH,
        Shape.DAY,
        Shape.MOMENT,
        Shape.TEXT_DATE,
        Shape.GERMAN_DATE,
        Shape.GERMAN_SHORT_DATE,
        Shape.ISO_DATE,
    }
)
