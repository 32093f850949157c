"""A mapping as plain text for the terminal. *Pure*."""

from mappings.confidence import sureness
from mappings.diff import ChangeKind, DiffRow, codes_table, flag_text
from mappings.document import MappingDocument, TableMapping

_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~", ChangeKind.UNCHANGED: " "}


def mapping_lines(document: MappingDocument) -> list[str]:
    """One line per table, field and insurance code; "?" is a code that nobody has decided."""
    lines = [line for table in document.tables for line in _table_lines(table)]
    lines += [f"{code} -> {status}" for code, status in codes_table(document).items()]
    return lines + ([f"patient ids: {document.patient_id_form}"] if document.patient_id_form else [])


def diff_lines(rows: tuple[DiffRow, ...]) -> list[str]:
    """One line per difference; a sign says what happened."""
    return [
        f"{_SIGNS[row.kind]} {row.field}: {row.before or '-'} -> {row.after or '-'}"
        for row in rows
        if row.kind is not ChangeKind.UNCHANGED
    ]


def _table_lines(table: TableMapping) -> list[str]:
    if table.table is None:
        return [f"{table.name}: -"]
    lines = [f"{table.name}: {table.schema}.{table.table}  {_certainty(table.confidence)}"]
    lines += [
        f"  {item.name:<10} {item.column}  {_certainty(item.confidence)}" if item.column else f"  {item.name:<10} -"
        for item in table.fields
    ]
    if table.date_format:
        lines.append(f"  dates: {table.date_format}")
    if table.delete_flag:
        lines.append(f"  alive: {flag_text(table.delete_flag)}")
    return lines


def _certainty(confidence: float) -> str:
    return f"{confidence:.2f} {sureness(confidence)}"
