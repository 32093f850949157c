"""Which meanings make a table or a column a canonical one, and how strongly. *Pure*."""

from functools import lru_cache

from mappings.words import UNKNOWN

# A synonym is never certain by itself: "certain" begins at 0.9.
_Patterns = tuple[tuple[str, float], ...]

# Words that may stand beside any column's own meaning, because they only repeat what table it is in.
_OWNER = {
    "PATIENT": frozenset({"patient", "master"}),
    "KASSEN": frozenset({"insurer", "company", "sick", "master"}),
    "PATKASSE": frozenset({"link"}),
    "KARTEI": frozenset({"chart", "entry", "sheet"}),
    "LEISTUNG": frozenset({"service", "treatment", "rendered", "position"}),
}
_PATIENT_REFERENCE: _Patterns = (("patient number", 0.87), ("patient", 0.85), ("pnr", 0.8))
_FLAG: _Patterns = (
    ("deleted", 0.95), ("deleted flag", 0.95), ("active", 0.93), ("active flag", 0.93), ("deleted date", 0.85),
)  # fmt: skip
_FIELDS: dict[str, dict[str, _Patterns]] = {
    "PATIENT": {
        "ID": (("number", 0.85),),
        "P_NAME": (("family name", 0.87), ("family", 0.8), ("name", 0.72)),
        "P_VORNAME": (("given name", 0.87), ("given", 0.85)),
    },
    "KASSEN": {
        "ID": (("number", 0.85), ("knr", 0.8)),
        "NAME": (("name", 0.87), ("label", 0.8)),
        "ART": (("kind", 0.84),),
    },
    "PATKASSE": {
        "ID": (("number", 0.85), ("running number", 0.85)),
        "PATNR": _PATIENT_REFERENCE,
        "KASSENID": (("insurer number", 0.87), ("insurer", 0.83), ("knr", 0.8)),
    },
    "KARTEI": {
        "ID": (("number", 0.85), ("running number", 0.85)),
        "PATNR": _PATIENT_REFERENCE,
        "DATUM": (("date", 0.85), ("treatment date", 0.8)),
        "BEMERKUNG": (("note", 0.84), ("text", 0.82), ("note text", 0.82), ("entry", 0.75)),
    },
    "LEISTUNG": {
        "ID": (("number", 0.82), ("running number", 0.85)),
        "PATIENTID": _PATIENT_REFERENCE,
        "DATUM": (("date", 0.85),),
        "LEISTUNG": (
            ("service code", 0.87), ("service", 0.85), ("fee number", 0.84), ("code", 0.8), ("position", 0.75),
            ("service number", 0.6), ("treatment code", 0.8),
        ),
    },
}  # fmt: skip
_TABLES: dict[str, _Patterns] = {
    "PATIENT": (("patient", 0.87), ("patient master", 0.87)),
    "KASSEN": (
        ("insurer", 0.87), ("insurer master", 0.87), ("insurer company", 0.87), ("sick insurer", 0.87),
    ),
    "PATKASSE": (
        ("patient insurer", 0.87), ("patient insurer link", 0.87), ("insurer link", 0.85),
    ),
    "KARTEI": (
        ("chart", 0.87), ("chart entry", 0.87), ("chart sheet", 0.87), ("treatment sheet", 0.82),
        ("medical chart", 0.82), ("patient chart", 0.8), ("patient note", 0.65), ("entry", 0.6),
    ),
    "LEISTUNG": (
        ("service", 0.87), ("service rendered", 0.87), ("treatment", 0.78), ("rendered position", 0.8),
    ),
}  # fmt: skip
_NEWER = 0.9
_OLDER = 0.5


def _strength(patterns: _Patterns, meanings: frozenset[str], owner: frozenset[str]) -> float:
    if not meanings or UNKNOWN in meanings:
        return 0.0
    best = 0.0
    for words, strength in patterns:
        core = frozenset(words.split())
        if core <= meanings and meanings - core <= owner:
            best = max(best, strength)
    return best


@lru_cache(maxsize=65536)
def field_strength(table: str, field: str, meanings: frozenset[str]) -> float:
    """0 to 0.95: how strongly `meanings` say that a column is the canonical field; a pair old/new counts less."""
    patterns = _FLAG if field == "DELKZ" else _FIELDS[table][field]
    strength = _strength(patterns, meanings - {"new", "old"}, _OWNER[table])
    return strength * (_OLDER if "old" in meanings else _NEWER if "new" in meanings else 1.0)


@lru_cache(maxsize=65536)
def table_strength(table: str, meanings: frozenset[str]) -> float:
    """0 to 0.87: how strongly `meanings` say that a table is the canonical one."""
    return _strength(_TABLES[table], meanings, frozenset())


def is_inverted(meanings: frozenset[str]) -> bool:
    """True for a flag that marks the living rows."""
    return "active" in meanings
