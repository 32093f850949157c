"""The machine's guess at a mapping, from names, types, keys, row counts, values and earlier decisions. *Pure*.

Catalog, profile and vocabulary in, MappingDocument out, always the same for the same input. What is not sure enough
stays open (column or table None): a reviewer who sees a gap loses a minute, a confident wrong answer loses patients'
data.
"""

from collections.abc import Sequence

from centers.catalog import Catalog, Table
from mappings.canonical import CanonicalTable, canonical_tables
from mappings.confidence import UNSURE
from mappings.document import Candidate, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.matcher.clues import WeightSet, evidence, fitted_weights
from mappings.matcher.column_choice import ScoredColumn
from mappings.matcher.confidence import (
    field_confidence,
    rival,
    runner_up_confidence,
    table_confidence,
)
from mappings.matcher.source import Source, source_of
from mappings.matcher.table_candidates import scored_by_person
from mappings.matcher.table_choice import Choice, choose_tables
from mappings.matcher.table_comparison import ScoredTable
from mappings.profile import NO_PROFILE, Profile
from mappings.semantics import TableForms, insurance_kinds, patient_form, table_forms
from mappings.vocabulary import NO_VOCABULARY, Vocabulary

_SHOWN_CANDIDATES = 5
# A candidate that scores less has nothing that speaks for it.
_WORTH_SHOWING = 0.0


def propose(
    catalog: Catalog,
    profile: Profile = NO_PROFILE,
    vocabulary: Vocabulary = NO_VOCABULARY,
    previous: MappingDocument | None = None,
    weights: WeightSet | None = None,
) -> MappingDocument:
    """A mapping for `catalog`, every field with its confidence (0 to 1), evidence and runners-up.

    `previous` is what was approved for an older snapshot. The order of tables and columns changes nothing.
    """
    source = source_of(catalog, profile, vocabulary, previous)
    weighing = weights or fitted_weights()
    choice = choose_tables(source, weighing)
    tables = tuple(_table_mapping(source, canonical, choice, weighing) for canonical in canonical_tables())
    codes, unknown = insurance_kinds(choice.chosen.get("KASSEN"))
    return MappingDocument(
        tables=tables,
        insurance_codes=codes,
        patient_id_form=patient_form(choice.chosen),
        unknown_codes=unknown,
    )


def propose_table(catalog: Catalog, name: str, table: Table, profile: Profile = NO_PROFILE) -> TableMapping:
    """The columns for canonical table `name` when a person has chosen the physical `table`."""
    canonical = next(item for item in canonical_tables() if item.name == name)
    source, weighing = source_of(catalog, profile), fitted_weights()
    item = source.by_key[table.schema, table.name]
    scored = scored_by_person(source, canonical, item, weighing)
    return _chosen(canonical, Choice({name: scored}, {name: (scored,)}), weighing)


def _table_mapping(source: Source, canonical: CanonicalTable, choice: Choice, weights: WeightSet) -> TableMapping:
    scored = choice.chosen.get(canonical.name)
    if scored is not None and table_confidence(choice, canonical.name, weights) >= UNSURE:
        return _chosen(canonical, choice, weights)
    return TableMapping(
        canonical.name,
        fields=tuple(FieldMapping(field.name) for field in canonical.fields),
        evidence=(Evidence("table_not_found" if source.tables else "no_tables", 0.0),),
        candidates=_other_tables(choice.ranked[canonical.name], None, weights),
    )


def _chosen(canonical: CanonicalTable, choice: Choice, weights: WeightSet) -> TableMapping:
    scored = choice.chosen[canonical.name]
    forms = table_forms(canonical, scored)
    fields = tuple(
        _field_mapping(canonical.name, field.name, field.kind, choice, forms, weights) for field in canonical.fields
    )
    found = {item.name for item in fields if item.column is not None}
    return TableMapping(
        canonical.name,
        schema=scored.item.table.schema,
        table=scored.item.table.name,
        fields=fields,
        date_format=forms.date_format
        if any(field.kind == "date" and field.name in found for field in canonical.fields)
        else None,
        delete_flag=forms.delete_flag if "DELKZ" in found else None,
        confidence=table_confidence(choice, canonical.name, weights),
        evidence=(*evidence(scored.clues, weights.table), *forms.evidence),
        candidates=_other_tables(choice.ranked[canonical.name], scored, weights),
    )


def _field_mapping(
    canonical: str, name: str, kind: str, choice: Choice, forms: TableForms, weights: WeightSet
) -> FieldMapping:
    scored = choice.chosen[canonical]
    best = scored.columns.get(name)
    confidence = field_confidence(choice, canonical, name, kind, weights) if best is not None else 0.0
    if best is None or confidence < UNSURE:
        code = "no_delete_flag" if name == "DELKZ" else "column_not_found"
        return FieldMapping(
            name,
            evidence=(Evidence(code, 0.0),),
            candidates=_other_columns(scored.ranked[name], None, weights),
        )
    close = rival(scored, name)
    doubts = (
        (Evidence("rival_column", -0.1, (("column", close.column.name),)),)
        if close is not None and close.score > best.score - 1
        else ()
    )
    return FieldMapping(
        name,
        best.column.name,
        confidence,
        (*evidence(best.clues, weights.column), *doubts),
        _other_columns(scored.ranked[name], best, weights),
        forms.flags.get(name, ()),
    )


def _other_columns(
    ranked: Sequence[ScoredColumn], best: ScoredColumn | None, weights: WeightSet
) -> tuple[Candidate, ...]:
    top = best.score if best is not None else max((entry.score for entry in ranked), default=0.0)
    return tuple(
        Candidate(entry.column.name, runner_up_confidence(entry.score, top), evidence(entry.clues, weights.column))
        for entry in ranked
        if (best is None or entry.column.name != best.column.name) and entry.score > _WORTH_SHOWING
    )[:_SHOWN_CANDIDATES]


def _other_tables(ranked: Sequence[ScoredTable], best: ScoredTable | None, weights: WeightSet) -> tuple[Candidate, ...]:
    top = best.score if best is not None else max((item.score for item in ranked), default=0.0)
    return tuple(
        Candidate(
            item.item.table.qualified_name,
            runner_up_confidence(item.score, top),
            evidence(item.clues, weights.table),
        )
        for item in ranked
        if best is None or item.key != best.key
    )[:_SHOWN_CANDIDATES]
