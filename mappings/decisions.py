"""What a person decided, from a form or a file, laid over what the machine knew. *Pure*."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from centers.catalog import Catalog, qualified_name
from mappings.canonical import canonical_tables
from mappings.document import DeleteFlag, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, PatientIdForm

CHOSEN = (Evidence("chosen_by_person", 1.0),)


@dataclass(frozen=True, slots=True)
class TableDecision:
    """The choice for one canonical table; `columns` by canonical field, None: the source has none."""

    schema: str | None = None
    table: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    date_format: DateFormat | None = None
    delete_flag: DeleteFlag | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The choices for all canonical tables; `patient_id_form` None leaves it as it is."""

    tables: Mapping[str, TableDecision]
    insurance_codes: tuple[tuple[str, str], ...]
    patient_id_form: PatientIdForm | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be; `path` says where, as `tables.KARTEI.columns.DATUM`."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def apply(base: MappingDocument, decision: Decision) -> MappingDocument:
    """`base` with the choices of `decision`: what stays keeps its evidence, what changes is the person's word."""
    decided = dict(decision.insurance_codes)
    return MappingDocument(
        tables=tuple(
            _table(base.table(canonical.name), decision.tables.get(canonical.name, TableDecision()), canonical.name)
            for canonical in canonical_tables()
        ),
        insurance_codes=decision.insurance_codes,
        patient_id_form=decision.patient_id_form or base.patient_id_form,
        unknown_codes=tuple(code for code in base.unknown_codes if code not in decided),
    )


def whole_decision(document: MappingDocument) -> Decision:
    """What `document` has decided already."""
    tables = {canonical.name: as_decided(document.table(canonical.name)) for canonical in canonical_tables()}
    return Decision(tables, document.insurance_codes, document.patient_id_form)


def as_decided(mapped: TableMapping) -> TableDecision:
    """The choice for one canonical table as it stands."""
    columns = {item.name: item.column for item in mapped.fields}
    return TableDecision(mapped.schema, mapped.table, columns, mapped.date_format, mapped.delete_flag)


def problems(decision: Decision, catalog: Catalog) -> list[Problem]:
    """Tables and columns that the catalog does not have."""
    found = []
    for name, choice in decision.tables.items():
        if choice.table is None or choice.schema is None:
            continue
        table = catalog.table(choice.schema, choice.table)
        if table is None:
            sentence = _("There is no table %(name)s in the snapshot.") % {
                "name": qualified_name(choice.schema, choice.table)
            }
            found.append(Problem(f"tables.{name}.table", sentence))
            continue
        found += [
            Problem(
                f"tables.{name}.columns.{item}",
                _("There is no column %(name)s in %(table)s.") % {"name": column, "table": table.qualified_name},
            )
            for item, column in choice.columns.items()
            if column is not None and table.column(column) is None
        ]
    return found


def _table(base: TableMapping, choice: TableDecision, name: str) -> TableMapping:
    same_table = (base.schema, base.table) == (choice.schema, choice.table)
    fields = {item.name: item for item in base.fields}
    canonical = next(item for item in canonical_tables() if item.name == name)
    mapped = replace(
        base,
        schema=choice.schema,
        table=choice.table,
        fields=tuple(
            _field(fields.get(item.name, FieldMapping(item.name)), choice.columns.get(item.name), same_table)
            for item in canonical.fields
        ),
        date_format=choice.date_format,
        delete_flag=choice.delete_flag if choice.columns.get("DELKZ") is not None else None,
    )
    if same_table:
        return mapped if choice.date_format == base.date_format else replace(mapped, evidence=_undated(base.evidence))
    return replace(mapped, confidence=1.0 if choice.table else 0.0, evidence=CHOSEN if choice.table else ())


def _undated(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Without the reasons for a form of dates that the person has changed."""
    return tuple(item for item in evidence if not item.code.startswith("date_form_"))


def _field(base: FieldMapping, column: str | None, same_table: bool) -> FieldMapping:
    if same_table and base.column == column:
        return base
    candidates = base.candidates if same_table else ()
    if column is None:
        return FieldMapping(base.name, candidates=candidates)
    return FieldMapping(base.name, column, 1.0, CHOSEN, candidates)
