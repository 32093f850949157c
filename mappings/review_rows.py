"""A mapping as the rows of the review page: our names, the choices among the physical ones, and why. *Pure*."""

import dataclasses
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centers.catalog import Catalog, Table, qualified_name
from mappings.canonical import CanonicalField, CanonicalTable, canonical_tables
from mappings.document import Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import ReviewPolicy
from mappings.looks import NOTHING_SAID, Look, Looks
from mappings.policy import Standing, standing
from mappings.profile import NO_PROFILE, Profile, TableProfile
from mappings.quality import flags_of
from mappings.review_choices import (
    Option,
    Options,
    alive_when,
    column_options,
    date_options,
    table_options,
    table_value,
    typed,
)
from mappings.review_values import column_values, table_values
from mappings.review_why import RunnerUp, Why, flags, runner_up, sorted_reasons

# The titles of canonical.yml, where the translators' tools find them.
TITLES = {
    "PATIENT": _("patients"),
    "KASSEN": _("insurers"),
    "PATKASSE": _("patient's insurers"),
    "KARTEI": _("chart entries"),
    "LEISTUNG": _("services rendered"),
}
# What the extraction does without a table.
ABSENCES = {
    "PATIENT": _("The extraction does not read it: chart entries are complete without it."),
    "KASSEN": _("Without it every chart entry becomes Selbstzahler."),
    "PATKASSE": _("Without it every chart entry becomes Selbstzahler."),
    "KARTEI": _("Without it nothing can be extracted from this center."),
    "LEISTUNG": _("Without it no chart entry has service codes."),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a mapping is looked at with; `policy` None: it is decided, and no policy asks any more."""

    catalog: Catalog
    profile: Profile = NO_PROFILE
    policy: ReviewPolicy | None = None
    looks: Looks = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One canonical field with its choices and the reasons."""

    key: str
    label: str
    is_required: bool
    column: str | None
    options: Options
    why: Why
    look: Look = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class TableRow:
    """One canonical table with its choices, its reasons, its fields and its forms; `absence`: what lacks without it."""

    name: str
    title: str
    is_required: bool
    value: str
    physical: str
    absence: str
    options: Options
    why: Why
    fields: tuple[FieldRow, ...]
    date_formats: tuple[Option, ...]
    date_label: str
    flag_values: str
    flag_null: bool
    flag_sentence: str
    look: Look = NOTHING_SAID

    @property
    def key(self) -> str:
        """The table as a choice of its own, as `FieldRow.key` is for a field."""
        return self.name


def table_rows(document: MappingDocument, source: Source) -> tuple[TableRow, ...]:
    """All canonical tables of a mapping."""
    return tuple(table_row(canonical, document.table(canonical.name), source) for canonical in canonical_tables())


def table_row(canonical: CanonicalTable, mapped: TableMapping, source: Source) -> TableRow:
    """One canonical table; a physical table or column that the catalog lacks stays visible as the choice it was."""
    address = (mapped.schema or "", mapped.table or "")
    physical = source.catalog.table(*address) if mapped.table else None
    profile = source.profile.table(*address) if mapped.table else None
    flag = mapped.delete_flag
    return TableRow(
        name=canonical.name,
        title=str(TITLES.get(canonical.name, canonical.title)),
        is_required=canonical.required,
        value=table_value(mapped.schema, mapped.table),
        physical=qualified_name(mapped.schema or "", mapped.table) if mapped.table else "",
        absence="" if mapped.table else str(ABSENCES[canonical.name]),
        options=table_options(mapped, source.catalog),
        why=_table_why(mapped, physical, profile, source),
        fields=tuple(_field_row(canonical, field, mapped, physical, profile, source) for field in canonical.fields),
        date_formats=date_options(canonical, mapped),
        date_label=str(mapped.date_format.label) if mapped.date_format else "",
        flag_values=", ".join(flag.live_values) if flag else "",
        # Without an answer nothing is ticked, so that saving the page does not give one.
        flag_null=flag.null_is_live if flag else False,
        flag_sentence=alive_when(mapped),
        look=source.looks.get(canonical.name, NOTHING_SAID),
    )


def _table_why(mapped: TableMapping, physical: Table | None, profile: TableProfile | None, source: Source) -> Why:
    return Why(
        confidence=mapped.confidence,
        standing=_standing(source.policy, mapped.name, None, mapped.confidence),
        flags=(),
        reasons=sorted_reasons(mapped.evidence),
        runners_up=_other_tables(mapped, source),
        values=table_values(physical, profile),
    )


def _other_tables(mapped: TableMapping, source: Source) -> tuple[RunnerUp, ...]:
    tables = {table.qualified_name: table for table in source.catalog.tables}
    chosen = qualified_name(mapped.schema or "", mapped.table or "")
    found = [
        (entry, tables[entry.name]) for entry in mapped.candidates if entry.name in tables and entry.name != chosen
    ]
    return tuple(
        runner_up(entry, entry.name, table_values(table, source.profile.table(table.schema, table.name)))
        for entry, table in found
    )


def _field_row(
    canonical: CanonicalTable,
    field: CanonicalField,
    mapped: TableMapping,
    physical: Table | None,
    profile: TableProfile | None,
    source: Source,
) -> FieldRow:
    item = next((entry for entry in mapped.fields if entry.name == field.name), FieldMapping(field.name))
    columns = {column.name: column for column in physical.columns} if physical else {}
    warnings = _warnings(field, item, profile)
    return FieldRow(
        key=f"{canonical.name}.{field.name}",
        label=field.name,
        is_required=field.required,
        column=item.column,
        options=column_options(item, physical),
        why=Why(
            confidence=item.confidence,
            standing=_standing(source.policy, canonical.name, field.name, item.confidence, warnings),
            flags=flags(warnings),
            reasons=sorted_reasons(item.evidence),
            runners_up=tuple(
                runner_up(entry, typed(columns[entry.name], entry.name), column_values(entry.name, profile))
                for entry in item.candidates
                if entry.name in columns and entry.name != item.column
            ),
            values=column_values(item.column, profile),
        ),
        look=source.looks.get(f"{canonical.name}.{field.name}", NOTHING_SAID),
    )


def _warnings(field: CanonicalField, item: FieldMapping, profile: TableProfile | None) -> tuple[Evidence, ...]:
    """The flags of the proposal; of a column that a person chose, what the profile says."""
    if item.flags or item.column is None or profile is None:
        return item.flags
    return flags_of(field.kind, profile.column(item.column), profile)


def _standing(
    policy: ReviewPolicy | None,
    table: str,
    field: str | None,
    confidence: float,
    warnings: tuple[Evidence, ...] = (),
) -> Standing | None:
    return None if policy is None else standing(policy, table, field, confidence, warnings)
