"""What holds for the proposals of real-looking centers, whatever stands beside their tables."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centers.catalog import Table
from mappings.canonical import canonical_tables
from mappings.document import FieldMapping, MappingDocument, TableMapping
from mappings.names import AffixPlace, readings
from mappings.patterns import table_strength
from mappings.profile import Profile, TableProfile
from mappings.proposal import propose
from mappings.words import meanings
from tests.benchmarks.matcher.dev_set import dev_centers
from tests.benchmarks.matcher.views import TrueCenter, without_keys, without_names, without_values

Pair = tuple[Table, TableProfile | None]
_LARGEST = 20
_NOWHERE = 99
SMALL = [center for center in dev_centers() if len(center.catalog.tables) <= _LARGEST]
SHUFFLES = st.randoms(use_true_random=False)


def _unrelated(center: TrueCenter) -> list[Pair]:
    """The center's tables that look like none that is looked for, without what ties them to the others."""
    wanted = [truth.table for truth in center.truth.values()]
    names = [
        {column.name for column in table.columns} for table in center.catalog.tables if table.qualified_name in wanted
    ]
    return [
        (replace(table, foreign_keys=()), _untied(center.profile.table(table.schema, table.name)))
        for table in center.catalog.tables
        if not _named_like_one(table)
        and all(len(found & {column.name for column in table.columns}) * 2 < len(found) for found in names)
    ]


def _named_like_one(table: Table) -> bool:
    """PATIENTEN_NOTIZ of one center may well be what another one calls KARTEI: it is not unrelated."""
    meant = [meanings(reading) for reading in readings(table.name, AffixPlace.NONE)]
    return any(table_strength(canonical.name, found) > 0 for canonical in canonical_tables() for found in meant)


def _untied(profile: TableProfile | None) -> TableProfile | None:
    if profile is None:
        return None
    return replace(profile, columns=tuple(replace(column, references=()) for column in profile.columns))


UNRELATED = [pair for center in SMALL for pair in _unrelated(center)]


def _with(center: TrueCenter, added: list[Pair]) -> TrueCenter:
    known = {(table.schema, table.name) for table in center.catalog.tables}
    new = {(table.schema, table.name): (table, profile) for table, profile in added}
    kept = [pair for key, pair in new.items() if key not in known]
    profiles = [profile for _, profile in kept if profile is not None]
    tables = (*center.catalog.tables, *(table for table, _ in kept))
    return replace(
        center,
        catalog=replace(center.catalog, tables=tables),
        profile=Profile((*center.profile.tables, *profiles)),
    )


VIEWS: list[Callable[[TrueCenter], TrueCenter]] = [lambda center: center, without_values, without_keys]
CENTERS = st.sampled_from(SMALL)
SEEN = st.builds(lambda center, view: view(center), CENTERS, st.sampled_from([*VIEWS, without_names]))


def _table_rank(mapped: TableMapping, wanted: str) -> int:
    named = f"{mapped.schema}.{mapped.table}" if mapped.table is not None else None
    return _rank(named, [item.name for item in mapped.candidates], wanted)


def _rank(named: str | None, others: list[str], wanted: str) -> int:
    order = [*([named] if named is not None else []), *others]
    return order.index(wanted) if wanted in order else _NOWHERE


def _ranks(center: TrueCenter, document: MappingDocument) -> dict[str, int]:
    """The place of every right table, and of every right column of a table that was found."""
    found = {}
    for name, truth in center.truth.items():
        mapped = document.table(name)
        if truth.table is None:
            continue
        found[name] = _table_rank(mapped, truth.table)
        for field in mapped.fields:
            found[f"{name}.{field.name}"] = _column_rank(field, truth.columns[field.name], found[name])
    return found


def _column_rank(field: FieldMapping, wanted: str | None, table_rank: int) -> int:
    if wanted is None or table_rank:
        return _NOWHERE
    return _rank(field.column, [item.name for item in field.candidates], wanted)


@settings(max_examples=20, deadline=None)
@given(SEEN, SHUFFLES)
def test_order_of_a_schema_changes_nothing(center: TrueCenter, shuffle: random.Random) -> None:
    tables = [
        replace(table, columns=tuple(shuffle.sample(table.columns, len(table.columns))))
        for table in shuffle.sample(center.catalog.tables, len(center.catalog.tables))
    ]
    profiles = shuffle.sample(center.profile.tables, len(center.profile.tables))
    mixed = propose(replace(center.catalog, tables=tuple(tables)), Profile(tuple(profiles)))
    assert mixed == propose(center.catalog, center.profile)


@settings(max_examples=20, deadline=None)
@given(CENTERS, st.sampled_from(VIEWS), st.lists(st.sampled_from(UNRELATED), min_size=1, max_size=6))
def test_unrelated_tables_never_lower_the_rank_of_what_is_right(
    center: TrueCenter, view: Callable[[TrueCenter], TrueCenter], added: list[Pair]
) -> None:
    alone, among = view(center), view(_with(center, added))
    before = _ranks(alone, propose(alone.catalog, alone.profile))
    after = _ranks(among, propose(among.catalog, among.profile))
    assert {name: rank for name, rank in after.items() if rank > before[name]} == {}


@settings(max_examples=20, deadline=None)
@given(SEEN, st.lists(st.sampled_from(UNRELATED), max_size=4), SHUFFLES)
def test_only_tables_and_columns_of_the_snapshot_are_named(
    center: TrueCenter, added: list[Pair], shuffle: random.Random
) -> None:
    """Also where the profile is of an older snapshot, so that it knows tables and columns that are gone."""
    seen = _with(center, added)
    tables = tuple(
        replace(table, columns=tuple(shuffle.sample(table.columns, shuffle.randint(1, len(table.columns)))))
        for table in shuffle.sample(seen.catalog.tables, shuffle.randint(0, len(seen.catalog.tables)))
    )
    there = {table.qualified_name: {column.name for column in table.columns} for table in tables}
    for mapped in propose(replace(seen.catalog, tables=tables), seen.profile).tables:
        assert {item.name for item in mapped.candidates} <= set(there)
        if mapped.table is None:
            assert all(field.column is None for field in mapped.fields)
            continue
        columns = there[f"{mapped.schema}.{mapped.table}"]
        named = {field.column for field in mapped.fields if field.column is not None}
        assert named | {item.name for field in mapped.fields for item in field.candidates} <= columns


@pytest.mark.parametrize("center", SMALL[:4], ids=lambda center: center.center_id)
def test_same_schema_gets_the_same_proposal_again(center: TrueCenter) -> None:
    assert propose(center.catalog, center.profile) == propose(center.catalog, center.profile)
