"""A column that was found by searching, given to a canonical field. *Pure*."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from centers.catalog import Catalog
from mappings.canonical import CanonicalTable, canonical_order, canonical_tables
from mappings.changed_columns import with_fitting_forms
from mappings.decisions import Decision, Problem, TableDecision, as_decided, problems
from mappings.document import MappingDocument, TableMapping
from mappings.profile import NO_PROFILE, Profile
from mappings.proposal import propose_table


@dataclass(frozen=True, slots=True)
class Assignment:
    """A physical column for `key`, which is a field (`KARTEI.DATUM`) or only a table (`KARTEI`)."""

    key: str
    schema: str
    table: str
    column: str


def assignment_value(item: Assignment) -> str:
    """The assignment as one form value; JSON, because names may hold anything."""
    return json.dumps([item.key, item.schema, item.table, item.column], ensure_ascii=False)


def assignment_of(value: str) -> Assignment | None:
    """The inverse; None for nonsense and for a field that is none of ours."""
    try:
        parts = json.loads(value)
        "".join(parts).encode()  # half a surrogate pair could stand on no page
        found = Assignment(*parts)
    except (RecursionError, TypeError, ValueError):
        return None
    return found if isinstance(parts, list) and found.key in canonical_order() else None


def assigned(
    decision: Decision, item: Assignment, document: MappingDocument, catalog: Catalog, profile: Profile
) -> Decision:
    """`decision` with the column in its place. Another table's fields are proposed anew, all but this one."""
    name, _dot, field = item.key.partition(".")
    canonical = next(table for table in canonical_tables() if table.name == name)
    address = (item.schema, item.table)
    mapped, choice = document.table(name), decision.tables.get(name, TableDecision())
    if (choice.schema, choice.table) != address:
        mapped = proposed_table(canonical, address, catalog, profile)
        choice = as_decided(mapped)
    if field:
        columns: Mapping[str, str | None] = {**choice.columns, field: item.column}
        choice = replace(choice, columns=columns)
        choice = with_fitting_forms(choice, mapped, canonical, catalog.table(*address), profile.table(*address))
    return replace(decision, tables={**decision.tables, name: choice})


def unknown_column(item: Assignment, catalog: Catalog) -> list[Problem]:
    """What the catalog lacks of an assignment."""
    name, _dot, field = item.key.partition(".")
    columns = {field: item.column} if field else {}
    return problems(Decision({name: TableDecision(item.schema, item.table, columns)}, ()), catalog)


def proposed_table(
    canonical: CanonicalTable, address: tuple[str, str] | None, catalog: Catalog, profile: Profile = NO_PROFILE
) -> TableMapping:
    """The fields of a newly chosen physical table; empty ones when there is none."""
    table = catalog.table(*address) if address else None
    return propose_table(catalog, canonical.name, table, profile) if table else TableMapping(canonical.name)
