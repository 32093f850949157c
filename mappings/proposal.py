"""The machine's guess at a mapping, from names, types, keys and row counts. *Pure* and deterministic.

Catalog in, MappingDocument out. What is not recognised stays open (column or table None): a reviewer who sees a gap
loses a minute, a confident wrong answer loses patients' data.
"""

from collections.abc import Mapping, Sequence
from itertools import product

from centers.catalog import Catalog, Table
from mappings.canonical import CanonicalTable, canonical_tables
from mappings.column_scores import column_scores, table_prefix
from mappings.confidence import field_confidence, rivals, table_confidence
from mappings.document import Candidate, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.names import AffixPlace, affix_place
from mappings.semantics import flag_of, form_of
from mappings.table_scores import TableScore, choose_columns, table_score

_TABLE_CHOICES = 4
# Enough to decide between equals, not enough to beat a better name: many sources declare few keys.
_REFERENCE = 0.02
_SHOWN_CANDIDATES = 5


def propose(catalog: Catalog) -> MappingDocument:
    """A mapping for `catalog`, every field with its confidence (0 to 1), evidence and runners-up.

    The order of tables and columns in the catalog changes nothing.
    """
    tables = sorted(catalog.tables, key=lambda table: (table.schema, table.name))
    table_place = affix_place(table.name for table in tables)
    column_place = _column_place(catalog)
    ranked = {canonical.name: _ranked(canonical, tables, table_place, column_place) for canonical in canonical_tables()}
    chosen = _choose_tables(ranked)
    return MappingDocument(
        tables=tuple(
            _table_mapping(canonical, chosen.get(canonical.name), ranked[canonical.name], chosen)
            for canonical in canonical_tables()
        )
    )


def propose_table(catalog: Catalog, name: str, table: Table) -> TableMapping:
    """The columns for canonical table `name` when a person has chosen the physical `table`."""
    canonical = next(item for item in canonical_tables() if item.name == name)
    ranked = column_scores(canonical, table, _column_place(catalog))
    chosen = TableScore(
        table, 1.0, 1.0, choose_columns(ranked), ranked, frozenset(), (Evidence("chosen_by_person", 1.0),)
    )
    return _table_mapping(canonical, chosen, [], {})


def _column_place(catalog: Catalog) -> AffixPlace:
    return affix_place(column.name for table in catalog.tables if not table_prefix(table) for column in table.columns)


def _ranked(
    canonical: CanonicalTable, tables: Sequence[Table], table_place: AffixPlace, column_place: AffixPlace
) -> list[TableScore]:
    scores = [table_score(canonical, table, table_place, column_place) for table in tables]
    return sorted((score for score in scores if score), key=lambda score: (-score.score, score.key))


def _choose_tables(ranked: Mapping[str, Sequence[TableScore]]) -> dict[str, TableScore]:
    """A different table for every canonical one so that the scores, and the keys between them, add up to the most."""
    names = sorted(ranked)
    options: list[tuple[TableScore | None, ...]] = [
        (*(score for score in ranked[name][:_TABLE_CHOICES] if score.score > 0), None) for name in names
    ]
    best: tuple[float, dict[str, TableScore]] = (-1.0, {})
    for combination in product(*options):
        chosen = {name: score for name, score in zip(names, combination, strict=True) if score is not None}
        if len({score.key for score in chosen.values()}) < len(chosen):
            continue
        total = sum(score.score for score in chosen.values()) + _REFERENCE * _references(chosen)
        if total > best[0]:
            best = (total, chosen)
    return best[1]


def _references(chosen: Mapping[str, TableScore]) -> int:
    """How many of the chosen tables refer to another chosen one by a foreign key."""
    keys = {score.key for score in chosen.values()}
    return sum(
        any((key.ref_schema, key.ref_table) in keys for key in score.table.foreign_keys) for score in chosen.values()
    )


def _table_mapping(
    canonical: CanonicalTable,
    score: TableScore | None,
    ranked: Sequence[TableScore],
    chosen: Mapping[str, TableScore],
) -> TableMapping:
    others = tuple(
        Candidate(item.table.qualified_name, round(max(0.0, min(item.score, 0.89)), 2))
        for item in ranked
        if score is None or item.key != score.key
    )[:_SHOWN_CANDIDATES]
    if score is None:
        return TableMapping(
            canonical.name,
            fields=tuple(FieldMapping(field.name) for field in canonical.fields),
            evidence=(Evidence("table_not_found", 0.0),),
            candidates=others,
        )
    close = rivals(score, ranked)
    confidence = table_confidence(score, close)
    date_format, date_evidence = form_of(canonical, score)
    return TableMapping(
        canonical.name,
        schema=score.table.schema,
        table=score.table.name,
        fields=tuple(_field_mapping(canonical, field.name, score, chosen, confidence) for field in canonical.fields),
        date_format=date_format,
        delete_flag=flag_of(score),
        confidence=confidence,
        evidence=(
            *score.evidence,
            *(Evidence("rival_table", -0.1, (("table", item.table.qualified_name),)) for item in close),
            *date_evidence,
        ),
        candidates=others,
    )


def _field_mapping(
    canonical: CanonicalTable,
    name: str,
    score: TableScore,
    chosen: Mapping[str, TableScore],
    table_certainty: float,
) -> FieldMapping:
    ranked, best = score.ranked[name], score.columns.get(name)
    others = tuple(
        Candidate(item.column.name, round(min(item.strength, 0.89), 2))
        for item in ranked
        if best is None or item.column.name != best.column.name
    )[:_SHOWN_CANDIDATES]
    if best is None:
        code = "no_delete_flag" if name == "DELKZ" else "column_not_found"
        return FieldMapping(name, evidence=(Evidence(code, 0.0),), candidates=others)
    field = next(item for item in canonical.fields if item.name == name)
    confidence, evidence = field_confidence(field, score, chosen, table_certainty)
    return FieldMapping(name, best.column.name, confidence, (*best.evidence, *evidence), others)
