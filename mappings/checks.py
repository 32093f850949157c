"""The machine checks that gate an approval. *Pure*."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from centers.catalog import Catalog, Column, qualified_name
from mappings.canonical import CanonicalTable, canonical_tables
from mappings.column_types import date_forms, flag_fits, is_number, is_text
from mappings.document import MappingDocument, TableMapping
from mappings.enums import InsuranceStatus, PatientIdForm

# The columns that hold the id of a patient, in the tables that the extraction brings together.
_PATIENT_FIELDS = (("KARTEI", "PATNR"), ("PATKASSE", "PATNR"), ("LEISTUNG", "PATIENTID"))


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
    checks += _forms(document, catalog) + _codes(document) + _patient_ids(document, catalog)
    problems = [check for check in checks if not check.ok]
    passed = {
        "required": _("Every required field has a column."),
        "in_snapshot": _("Every table and column is in the snapshot."),
        "used_once": _("No table and no column is used twice."),
        "date_form": _("Every date has a form that fits its column."),
        "delete_flag": _("Every delete flag says which rows are alive."),
        "insurance_codes": _("Every insurance code leads to a known status."),
        "patient_ids": _("The ids of patients can be compared in all tables."),
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
            names = {"table": table.name, "physical": qualified_name(table.schema, table.table)}
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
        Check("used_once", False, sentence % {"physical": qualified_name(schema or "", name or "")})
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
        checks += _flag(table, catalog)
    return checks


def _flag(table: TableMapping, catalog: Catalog) -> list[Check]:
    if table.column("DELKZ") is None:
        return []
    if table.delete_flag is None:
        sentence = _("%(table)s: say which values of the delete flag mark a living row.")
        return [Check("delete_flag", False, sentence % {"table": table.name})]
    column = _physical(table, "DELKZ", catalog)
    if column is None or flag_fits(column, table.delete_flag):
        return []
    sentence = _("%(table)s: the values of the delete flag do not fit its column of type %(type)s.")
    return [Check("delete_flag", False, sentence % {"table": table.name, "type": column.data_type})]


def _form_fits(table: TableMapping, date: str, catalog: Catalog) -> bool:
    column = _physical(table, date, catalog)
    return column is None or table.date_format in date_forms(column)  # None is said by another check


def _physical(table: TableMapping, field: str, catalog: Catalog) -> Column | None:
    found = catalog.table(table.schema or "", table.table or "")
    return found.column(table.column(field) or "") if found else None


def _patient_ids(document: MappingDocument, catalog: Catalog) -> list[Check]:
    """Where one table has numbers and another texts, "00012" and 12 must be said to be one patient."""
    found = [_physical(document.table(table), field, catalog) for table, field in _PATIENT_FIELDS]
    columns = [column for column in found if column is not None]
    mixed = any(is_text(column) for column in columns) and any(is_number(column) for column in columns)
    if not mixed or document.patient_id_form in {PatientIdForm.INTEGER, PatientIdForm.DECIMAL}:
        return []
    sentence = _("The ids of patients are numbers in one table and texts in another: choose a number as their form.")
    return [Check("patient_ids", False, sentence)]


def _codes(document: MappingDocument) -> list[Check]:
    known = set(InsuranceStatus.values)
    sentence = _("The insurance code %(code)s leads to no known status.")
    return _undecided(document) + [
        Check("insurance_codes", False, sentence % {"code": code})
        for code, status in document.insurance_codes
        if status not in known or not code.strip()
    ]


def _undecided(document: MappingDocument) -> list[Check]:
    codes = [code for code in document.unknown_codes if code not in dict(document.insurance_codes)]
    if not codes:
        return []
    sentence = _("The source uses insurance codes that nobody has decided; they count as GKV: %(codes)s.")
    return [Check("insurance_codes", False, sentence % {"codes": ", ".join(codes)}, hint=True)]
