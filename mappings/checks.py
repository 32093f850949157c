"""The machine checks that gate an approval. *Pure*."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from centers.catalog import Catalog
from mappings.canonical import CanonicalTable, canonical_tables
from mappings.column_types import date_format, is_text
from mappings.document import MappingDocument, TableMapping
from mappings.enums import DateFormat, InsuranceStatus

_TYPED = {DateFormat.DATE, DateFormat.DATETIME, DateFormat.INT}


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer. A check that is not ok forbids the approval, unless it is only a `hint`."""

    code: str
    ok: bool
    sentence: str
    hint: bool = False

    @property
    def blocks(self) -> bool:
        return not self.ok and not self.hint


def run_checks(document: MappingDocument, catalog: Catalog) -> list[Check]:
    """All checks of a mapping against a catalog; problems name table and field, never a value."""
    checks = _required(document) + _in_catalog(document, catalog) + _used_twice(document)
    checks += _forms(document, catalog) + _codes(document)
    problems = [check for check in checks if not check.ok]
    passed = {
        "required": _("Every required field has a column."),
        "in_snapshot": _("Every table and column is in the snapshot."),
        "used_once": _("No table and no column is used twice."),
        "date_form": _("Every date has a form that fits its column."),
        "delete_flag": _("Every delete flag says which rows are alive."),
        "insurance_codes": _("Every insurance code leads to a known status."),
    }
    failed = {check.code for check in problems}
    return problems + [Check(code, True, sentence) for code, sentence in passed.items() if code not in failed]


def _required(document: MappingDocument) -> list[Check]:
    checks = []
    for canonical in canonical_tables():
        table = document.table(canonical.name)
        if table.table is None:
            checks += _missing_table(canonical)
            continue
        checks += [
            Check("required", False, _("%(field)s has no column.") % {"field": f"{canonical.name}.{field.name}"})
            for field in canonical.fields
            if field.required and table.column(field.name) is None
        ]
    return checks


def _missing_table(canonical: CanonicalTable) -> list[Check]:
    if canonical.required:
        return [Check("required", False, _("%(table)s has no table.") % {"table": canonical.name})]
    if not any(field.required for field in canonical.fields):
        return []
    sentence = _("%(table)s has no table: its data will be missing in every chart entry.")
    return [Check("missing_table", False, sentence % {"table": canonical.name}, hint=True)]


def _in_catalog(document: MappingDocument, catalog: Catalog) -> list[Check]:
    checks = []
    for table in document.tables:
        if table.schema is None or table.table is None:
            continue
        found = catalog.table(table.schema, table.table)
        if found is None:
            sentence = _("%(table)s: there is no table %(physical)s in the snapshot.")
            names = {"table": table.name, "physical": f"{table.schema}.{table.table}"}
            checks.append(Check("in_snapshot", False, sentence % names))
            continue
        sentence = _("%(field)s: there is no column %(physical)s in the snapshot.")
        checks += [
            Check("in_snapshot", False, sentence % {"field": f"{table.name}.{item.name}", "physical": item.column})
            for item in table.fields
            if item.column is not None and found.column(item.column) is None
        ]
    return checks


def _used_twice(document: MappingDocument) -> list[Check]:
    tables = Counter((table.schema, table.table) for table in document.tables if table.table is not None)
    sentence = _("%(physical)s is used for more than one table.")
    checks = [
        Check("used_once", False, sentence % {"physical": f"{schema}.{name}"})
        for (schema, name), count in tables.items()
        if count > 1
    ]
    sentence = _("%(table)s: the column %(physical)s is used for more than one field.")
    for table in document.tables:
        columns = Counter(item.column for item in table.fields if item.column is not None)
        checks += [
            Check("used_once", False, sentence % {"table": table.name, "physical": column})
            for column, count in columns.items()
            if count > 1
        ]
    return checks


def _forms(document: MappingDocument, catalog: Catalog) -> list[Check]:
    checks = []
    for canonical in canonical_tables():
        table = document.table(canonical.name)
        if table.table is None:
            continue
        date = next((field.name for field in canonical.fields if field.kind == "date"), None)
        if date and table.column(date) is not None and not _form_fits(table, date, catalog):
            sentence = _("%(field)s: choose the form of the dates that fits the column's type.")
            checks.append(Check("date_form", False, sentence % {"field": f"{table.name}.{date}"}))
        if table.column("DELKZ") is not None and table.delete_flag is None:
            sentence = _("%(table)s: say which values of the delete flag mark a living row.")
            checks.append(Check("delete_flag", False, sentence % {"table": table.name}))
    return checks


def _form_fits(table: TableMapping, date: str, catalog: Catalog) -> bool:
    found = catalog.table(table.schema or "", table.table or "")
    column = found.column(table.column(date) or "") if found else None
    if column is None:
        return True  # said by another check
    if table.date_format is None:
        return False
    if is_text(column):
        return table.date_format not in _TYPED
    by_type = date_format(column)
    return by_type is None or by_type[0] == table.date_format


def _codes(document: MappingDocument) -> list[Check]:
    known = set(InsuranceStatus.values)
    sentence = _("The insurance code %(code)s leads to no known status.")
    return [
        Check("insurance_codes", False, sentence % {"code": code})
        for code, status in document.insurance_codes
        if status not in known or not code.strip()
    ]
