"""Is a proposal so clear that a person who looks at it has nothing to decide? *Pure*."""

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.confidence import CERTAIN, LIKELY
from mappings.document import Evidence, MappingDocument, TableMapping
from mappings.enums import DateFormat

_OUR_NAMES = frozenset({"name_canonical", "affix_set_aside"})
_PROOFS = frozenset({"date_form_by_type", "date_form_by_values"})
_GUESS = "date_form_guessed"
_PROVEN_BY_TYPE = frozenset({DateFormat.INT, DateFormat.DATE, DateFormat.DATETIME})


def unambiguous(document: MappingDocument) -> bool:
    """True when every table with required fields is certain, each of those fields too, and no form is a bad guess.

    Their names are ours, with or without the source's affix: what another word means is for a person to say.
    The form of its dates is proven, by the column's type or by the values that were seen.
    """
    return all(_is_clear(canonical, document.table(canonical.name)) for canonical in canonical_tables())


def has_proven_dates(document: MappingDocument) -> bool:
    """True when types or values prove the form of every mapped date."""
    return all(_is_proven(table) for table in document.tables if table.date_format is not None)


def _is_proven(table: TableMapping) -> bool:
    codes = {item.code for item in table.evidence}
    return _GUESS not in codes and (table.date_format in _PROVEN_BY_TYPE or bool(codes & _PROOFS))


def _is_ours(evidence: tuple[Evidence, ...]) -> bool:
    return any(item.code in _OUR_NAMES for item in evidence)


def _is_clear(canonical: CanonicalTable, table: TableMapping) -> bool:
    required = [field for field in canonical.fields if field.required]
    if not required:
        return True
    if table.table is None or table.confidence < CERTAIN:
        return False
    if not _is_ours(table.evidence) or not all(
        _is_ours(item.evidence) for item in table.fields if item.name in {field.name for field in required}
    ):
        return False
    certainty = {item.name: item.confidence for item in table.fields if item.column is not None}
    if any(certainty.get(field.name, 0.0) < CERTAIN for field in required):
        return False
    if any(field.kind == "date" for field in required) and (table.date_format is None or not _is_proven(table)):
        return False
    return certainty.get("DELKZ", 1.0) >= LIKELY
