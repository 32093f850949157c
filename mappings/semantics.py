"""The form of dates and delete flags in a chosen table. *Pure*."""

from mappings.canonical import CanonicalTable
from mappings.column_types import date_format, delete_flag
from mappings.document import DeleteFlag, Evidence
from mappings.enums import DateFormat
from mappings.patterns import is_inverted
from mappings.table_scores import TableScore


def form_of(canonical: CanonicalTable, score: TableScore) -> tuple[DateFormat | None, tuple[Evidence, ...]]:
    """The form of the table's dates and how it was found; nothing for a table without a date."""
    field = next((item for item in canonical.fields if item.kind == "date"), None)
    best = score.columns.get(field.name) if field else None
    found = date_format(best.column) if best else None
    if found is None:
        return None, ()
    form, sure = found
    return form, (Evidence("date_form_by_type" if sure else "date_form_guessed", 1.0 if sure else 0.6),)


def flag_of(score: TableScore) -> DeleteFlag | None:
    """When a row of the table is alive; None when it has no delete flag and every row is."""
    best = score.columns.get("DELKZ")
    return delete_flag(best.column, inverted=is_inverted(best.meanings)) if best else None
