"""What differs between two mappings, as data that page, command and JSON show alike. *Pure*.

The earlier or own side is the left one (`before`), the later or other side the right one (`after`).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.catalog import qualified_name
from mappings.affixes import NO_HABITS, Affixes
from mappings.canonical import canonical_order
from mappings.diff_sentences import Subject, sentence
from mappings.document import DeleteFlag, MappingDocument, TableMapping

UNDECIDED = "?"
_ODD_IN_FLAGS = frozenset({"", "-", "NULL"})


class ChangeKind(models.TextChoices):
    """What happened to a decision."""

    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One decision on both sides; '' means none.

    `field` is the canonical key: `KARTEI`, `KARTEI.DATUM`, `KARTEI.date_format`, `KARTEI.delete_flag`,
    `insurance_codes.P` or `patient_id_form`. `sentence` says what the difference is, in the reader's language; it is
    empty where nothing differs. `only_affix`: two names that differ only by their source's random affix.
    `is_breaking`: the mapping on the left no longer reads what was approved.
    """

    field: str
    kind: ChangeKind
    before: str
    after: str
    sentence: str = ""
    only_affix: bool = False
    is_breaking: bool = False


def diff(before: MappingDocument, after: MappingDocument, affixes: Affixes = NO_HABITS) -> tuple[DiffRow, ...]:
    """Every decision of the two, changed or not, in canonical order; confidence and evidence are no decisions.

    Without `affixes` no two names are said to be the same name.
    """
    names = _ordered({table.name for table in (*before.tables, *after.tables)})
    rows = [row for name in names for row in _table_rows(before.table(name), after.table(name), affixes)]
    old, new = codes_table(before), codes_table(after)
    for code in sorted(old.keys() | new.keys()):
        was, is_now = old.get(code, ""), new.get(code, "")
        subject = Subject.OPEN_CODE if UNDECIDED in {was, is_now} else Subject.CODE
        rows.append(_row(f"insurance_codes.{code}", was, is_now, subject))
    forms = str(before.patient_id_form or ""), str(after.patient_id_form or "")
    return (*rows, *([_row("patient_id_form", *forms, Subject.PATIENT_IDS)] if any(forms) else []))


def changes(rows: Iterable[DiffRow]) -> tuple[DiffRow, ...]:
    """Only the rows that differ."""
    return tuple(row for row in rows if row.kind is not ChangeKind.UNCHANGED)


def counts(rows: Iterable[DiffRow]) -> dict[ChangeKind, int]:
    """How many rows there are of every kind, zero included, in the order of the kinds."""
    found = Counter(row.kind for row in rows)
    return {kind: found[kind] for kind in ChangeKind}


def kind_of(before: str, after: str) -> ChangeKind:
    """What happened, from the two texts."""
    if before == after:
        return ChangeKind.UNCHANGED
    if not before:
        return ChangeKind.ADDED
    return ChangeKind.CHANGED if after else ChangeKind.REMOVED


def codes_table(document: MappingDocument) -> dict[str, str]:
    """The insurance codes with their status; "?" for those that the source uses and nobody has decided."""
    return dict.fromkeys(document.unknown_codes, UNDECIDED) | dict(document.insurance_codes)


def flag_text(flag: DeleteFlag | None) -> str:
    """The flags of living rows in short, in no language: `0, NULL`; '' without a delete flag.

    Two flags that differ have different texts: a value that could be misread stands in quotes.
    """
    if flag is None:
        return ""
    values = [*map(_flag_value, flag.live_values), *(["NULL"] if flag.null_is_live else [])]
    return ", ".join(values) or "-"


def _flag_value(value: str) -> str:
    is_odd = value in _ODD_IN_FLAGS or value != value.strip() or not {",", '"'}.isdisjoint(value)
    return json.dumps(value, ensure_ascii=False) if is_odd else value


def _table_rows(before: TableMapping, after: TableMapping, affixes: Affixes) -> list[DiffRow]:
    name = before.name
    fields = _ordered({f"{name}.{item.name}" for item in (*before.fields, *after.fields)})
    rows = [_row(name, _physical(before), _physical(after), Subject.TABLE, affixes.same_table)]
    for field in fields:
        canonical = field.removeprefix(f"{name}.")
        columns = before.column(canonical) or "", after.column(canonical) or ""
        rows.append(_row(field, *columns, Subject.FIELD, affixes.same_column))
    forms = str(before.date_format or ""), str(after.date_format or "")
    flags = flag_text(before.delete_flag), flag_text(after.delete_flag)
    rows.append(_row(f"{name}.date_format", *forms, Subject.DATES))
    rows.append(_row(f"{name}.delete_flag", *flags, Subject.DELETE_FLAG))
    return [row for row in rows if row.before or row.after]


def _row(
    field: str, before: str, after: str, subject: Subject, same_name: Callable[[str, str], bool] | None = None
) -> DiffRow:
    kind = kind_of(before, after)
    is_same = kind is ChangeKind.CHANGED and same_name is not None and same_name(before, after)
    text = "" if kind is ChangeKind.UNCHANGED else sentence(Subject.SAME_NAME if is_same else subject, kind.value)
    return DiffRow(field, kind, before, after, text, only_affix=is_same)


def _physical(table: TableMapping) -> str:
    return qualified_name(table.schema or "", table.table) if table.table is not None else ""


def _ordered(names: set[str]) -> list[str]:
    """In the order of the canonical model, unknown names after the others."""
    order = canonical_order()
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))
