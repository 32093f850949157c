"""How the sources of a network differ from each other, and which center gets which deviation (*pure*)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class DateForm(Enum):
    """How a source stores a calendar day; the values are the words of the ground truth."""

    INT = "int"  # 20261120
    CHAR = "yyyymmdd"  # '20261120'
    GERMAN = "dd.mm.yyyy"  # '20.11.2026'
    DATE = "date"
    DATETIME2 = "datetime2"  # midnight


class FlagForm(Enum):
    """How a source marks a deleted row; the values are the words of the ground truth."""

    ZERO_ONE = "0/1"
    ABSENT = "absent"
    ACTIVE = "inverted"  # AKTIV bit, 0 = deleted
    YES_NO = "J/N"


class KeyForm(Enum):
    """How a source writes patient ids."""

    INT = "int"
    TEXT = "text"  # 'PAT-00123'
    PADDED = "padded"  # '0001042'


@dataclass(frozen=True, slots=True)
class SourceForm:
    """The form of one source.

    ``renamed`` maps "TABLE.FIELD" to the word that stands there instead of the canonical one; ``letters_for_kinds``
    writes G for statutory insurers instead of a digit; ``old_copy`` adds a second KARTEI with nearly the same rows.
    """

    suffixes: bool = True
    lower_case: bool = False
    dates: DateForm = DateForm.INT
    flags: FlagForm = FlagForm.ZERO_ONE
    keys: KeyForm = KeyForm.INT
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    letters_for_kinds: bool = False
    old_copy: bool = False


STANDARD = "standard"
CLEAN = "clean"

FORMS: Mapping[str, SourceForm] = MappingProxyType(
    {
        STANDARD: SourceForm(),
        CLEAN: SourceForm(suffixes=False),
        "lower_case": SourceForm(lower_case=True),
        "date": SourceForm(dates=DateForm.DATE),
        "german_date": SourceForm(dates=DateForm.GERMAN),
        "char_date": SourceForm(dates=DateForm.CHAR),
        "datetime2": SourceForm(dates=DateForm.DATETIME2),
        "yes_no_flag": SourceForm(flags=FlagForm.YES_NO),
        "active_flag": SourceForm(flags=FlagForm.ACTIVE),
        "no_flag": SourceForm(flags=FlagForm.ABSENT),
        "text_keys": SourceForm(keys=KeyForm.TEXT),
        "padded_keys": SourceForm(keys=KeyForm.PADDED),
        "letter_kinds": SourceForm(letters_for_kinds=True),
        "ambiguous_text": SourceForm(renamed=MappingProxyType({"KARTEI.BEMERKUNG": "NOTIZ"})),
        "ambiguous_date": SourceForm(renamed=MappingProxyType({"KARTEI.DATUM": "EINTRAGSDATUM"})),
        "ambiguous_tables": SourceForm(old_copy=True),
    }
)

_PLACES: Mapping[int, str] = MappingProxyType(
    {
        3: CLEAN,
        5: "date",
        7: "yes_no_flag",
        9: "german_date",
        11: "ambiguous_text",
        13: "no_flag",
        15: "text_keys",
        17: "lower_case",
        19: "letter_kinds",
        20: "ambiguous_tables",
        22: "datetime2",
        24: "active_flag",
        27: "char_date",
        28: "padded_keys",
        29: "ambiguous_date",
    }
)
_ROUND = 30
_ONCE = frozenset({CLEAN, "ambiguous_text", "ambiguous_date", "ambiguous_tables"})


def trait_at(number: int) -> str:
    """The trait of the center with this number (1 = first).

    The places repeat every 30 centers, but the clean center and the ones that need a human occur once, so that
    a network of 500 leaves a reviewer three centers and not fifty.
    """
    trait = _PLACES.get((number - 1) % _ROUND + 1, STANDARD)
    return STANDARD if number > _ROUND and trait in _ONCE else trait
