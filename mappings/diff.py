"""What changed between two mappings, as data that page, command and JSON show alike. *Pure*."""

from dataclasses import dataclass
from enum import StrEnum

from mappings.document import DeleteFlag, MappingDocument, TableMapping

UNDECIDED = "?"


class ChangeKind(StrEnum):
    """What happened to a decision."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One decision in both versions; `field` is `KARTEI`, `KARTEI.DATUM` or `KARTEI (dates)`; '' means none."""

    field: str
    before: str
    after: str

    @property
    def kind(self) -> ChangeKind:
        if self.before == self.after:
            return ChangeKind.UNCHANGED
        if not self.before:
            return ChangeKind.ADDED
        return ChangeKind.CHANGED if self.after else ChangeKind.REMOVED


def diff(before: MappingDocument, after: MappingDocument) -> tuple[DiffRow, ...]:
    """Every decision of the two, changed or not, in the order of the newer one."""
    names = list(dict.fromkeys(table.name for table in (*after.tables, *before.tables)))
    rows = [row for name in names for row in _table_rows(before.table(name), after.table(name))]
    old, new = codes_table(before), codes_table(after)
    rows += [
        DiffRow(f"insurance_codes.{code}", old.get(code, ""), new.get(code, ""))
        for code in sorted(old.keys() | new.keys())
    ]
    if before.patient_id_form or after.patient_id_form:
        rows.append(DiffRow("patient_id_form", str(before.patient_id_form or ""), str(after.patient_id_form or "")))
    return tuple(rows)


def codes_table(document: MappingDocument) -> dict[str, str]:
    """The insurance codes with their status; "?" for those that the source uses and nobody has decided."""
    return dict.fromkeys(document.unknown_codes, UNDECIDED) | dict(document.insurance_codes)


def changes(rows: tuple[DiffRow, ...]) -> tuple[DiffRow, ...]:
    """Only the rows that differ."""
    return tuple(row for row in rows if row.kind is not ChangeKind.UNCHANGED)


def _table_rows(before: TableMapping, after: TableMapping) -> list[DiffRow]:
    fields = list(dict.fromkeys(item.name for item in (*after.fields, *before.fields)))
    rows = [DiffRow(after.name, _physical(before), _physical(after))]
    rows += [
        DiffRow(f"{after.name}.{field}", before.column(field) or "", after.column(field) or "") for field in fields
    ]
    rows.append(DiffRow(f"{after.name}.date_format", str(before.date_format or ""), str(after.date_format or "")))
    rows.append(DiffRow(f"{after.name}.delete_flag", flag_text(before.delete_flag), flag_text(after.delete_flag)))
    return [row for row in rows if row.before or row.after]


def _physical(table: TableMapping) -> str:
    return f"{table.schema}.{table.table}" if table.table is not None else ""


def flag_text(flag: DeleteFlag | None) -> str:
    """The flags of living rows in short, in no language: `0, NULL`; '' without a delete flag."""
    if flag is None:
        return ""
    values = [*flag.live_values, *(["NULL"] if flag.null_is_live else [])]
    return ", ".join(values) or "-"
