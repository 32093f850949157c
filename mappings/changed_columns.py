"""The forms of a column that a person put in another's place. *Pure*."""

from dataclasses import replace

from centers.catalog import Column, Table
from mappings.canonical import CanonicalTable
from mappings.decisions import TableDecision
from mappings.document import TableMapping
from mappings.forms_of_values import date_form_of, delete_flag_of
from mappings.profile import ColumnProfile, TableProfile
from mappings.semantics import says_active


def with_fitting_forms(
    choice: TableDecision,
    mapped: TableMapping,
    canonical: CanonicalTable,
    physical: Table | None,
    profile: TableProfile | None,
) -> TableDecision:
    """`choice` with the forms of its new columns, where the person exchanged a column and left its old form alone.

    Without this, a flag of J and N would be read by the 0 of the column before it, and every row would be deleted.
    """
    if physical is None:
        return choice
    date = next((field.name for field in canonical.fields if field.kind == "date"), "")
    column = _exchanged(date, choice, mapped, physical)
    if column is not None and choice.date_format == mapped.date_format:
        values = _values(column, profile)
        found = date_form_of(column, values.shapes if values is not None else ())
        choice = replace(choice, date_format=found[0] if found is not None else None)
    column = _exchanged("DELKZ", choice, mapped, physical)
    if column is not None and choice.delete_flag == mapped.delete_flag:
        values = _values(column, profile)
        choice = replace(choice, delete_flag=delete_flag_of(column, values, says_active(column.name, values)))
    return choice


def _exchanged(field: str, choice: TableDecision, mapped: TableMapping, physical: Table) -> Column | None:
    name = choice.columns.get(field)
    return physical.column(name) if name is not None and name != mapped.column(field) else None


def _values(column: Column, profile: TableProfile | None) -> ColumnProfile | None:
    return profile.column(column.name) if profile is not None else None
