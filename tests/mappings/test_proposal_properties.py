"""What holds for every catalog."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from centers.catalog import Catalog, Column, ForeignKey, Table
from centers.samples import Samples, Skipped, TableSample
from mappings.canonical import canonical_tables
from mappings.profiling import profile_of
from mappings.proposal import propose
from tests.mappings.catalogs import standard

WORDS = [
    "KARTEI",
    "PATIENT",
    "ID",
    "PATNR",
    "DATUM",
    "BEMERKUNG",
    "NOTIZ",
    "BAK",
    "X7",
    "LEISTUNG",
    "ä]\"' ;",
    "2019",
    "",
]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("_".join) | st.text(min_size=1, max_size=8)
TYPES = st.sampled_from(
    [("int", None), ("bit", None), ("varchar", 10), ("nvarchar", -1), ("date", None), ("money", None)]
)
ODD_TYPES = st.sampled_from(
    [
        ("geography", None),
        ("sql_variant", None),
        ("xml", -1),
        ("timestamp", None),
        ("", None),
        ("INT", 0),
        ("ПИСЬМО", -2),
    ]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.binary(max_size=6)
    | st.uuids()
    | st.text(max_size=12)
    | st.sampled_from(["20261231", "31.12.2026", "J", "Ä1", "AOK Bayern", "0", "PAT-1", "\x00", "Müller"])
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    columns = tuple(
        Column(name, *draw(TYPES), draw(st.booleans()), ordinal) for ordinal, name in enumerate(names, start=1)
    )
    return Table(
        draw(st.sampled_from(["ck", "dbo", "bak"])),
        draw(NAMES),
        draw(st.sampled_from(["BASE TABLE", "VIEW"])),
        columns,
        primary_key=draw(st.sampled_from([(), (names[0],)])),
        row_count=draw(st.none() | st.integers(0, 10**6)),
    )


CATALOGS = st.lists(tables(), max_size=8, unique_by=lambda item: (item.schema, item.name)).map(
    lambda found: Catalog("X", (*standard().tables[:3], *found))
)


@settings(max_examples=60, deadline=None)
@given(CATALOGS, st.randoms(use_true_random=False))
def test_order_of_tables_and_columns_changes_nothing(source: Catalog, shuffle: random.Random) -> None:
    mixed = [
        replace(table, columns=tuple(shuffle.sample(table.columns, len(table.columns)))) for table in source.tables
    ]
    shuffle.shuffle(mixed)
    assert propose(Catalog("X", tuple(mixed))) == propose(source)


@settings(max_examples=60, deadline=None)
@given(CATALOGS)
def test_only_what_is_in_the_catalog_is_named(source: Catalog) -> None:
    for mapped in propose(source).tables:
        if mapped.table is None:
            assert all(item.column is None for item in mapped.fields)
            continue
        physical = source.table(mapped.schema or "", mapped.table)
        assert physical is not None
        named = [item.column for item in mapped.fields if item.column is not None]
        assert len(set(named)) == len(named)
        assert set(named) <= {column.name for column in physical.columns}
        assert all(0.0 <= item.confidence <= 1.0 for item in mapped.fields)


@settings(max_examples=40, deadline=None)
@given(st.lists(tables(), max_size=4, unique_by=lambda item: item.name))
def test_no_schema_yields_a_mapping_that_uses_a_table_twice(found: list[Table]) -> None:
    document = propose(Catalog("X", tuple(found)))
    used = [(mapped.schema, mapped.table) for mapped in document.tables if mapped.table is not None]
    assert len(set(used)) == len(used)


@st.composite
def odd_tables(draw: st.DrawFn) -> Table:
    """Tables without columns, without rows, with types that nobody has heard of and keys that lead nowhere."""
    names = draw(st.lists(NAMES, max_size=5, unique=True))
    columns = tuple(
        Column(name, *draw(TYPES | ODD_TYPES), draw(st.booleans()), draw(st.integers(-1, 9))) for name in names
    )
    return Table(
        draw(st.sampled_from(["ck", "", "a.b"])),
        draw(st.sampled_from(["KARTEI", "PATIENT", "KASSEN", "PATKASSE", "LEISTUNG", "A.B", ""]) | NAMES),
        draw(st.sampled_from(["BASE TABLE", "VIEW", "SYNONYM"])),
        columns,
        primary_key=draw(st.sampled_from([(), ("GONE",), tuple(names)])),
        foreign_keys=draw(st.sampled_from([(), (ForeignKey(("GONE",), "ck", "PATIENT", ("ID",)),)])),
        row_count=draw(st.none() | st.sampled_from([-1, 0, 1, 10**12])),
    )


@st.composite
def sampled_catalogs(draw: st.DrawFn) -> tuple[Catalog, Samples]:
    found = draw(st.lists(odd_tables(), max_size=5, unique_by=lambda item: (item.schema, item.name)))
    samples = {}
    for table in found:
        row = st.tuples(*(VALUES for _ in table.columns))
        rows = draw(st.lists(row, max_size=4))
        skipped = draw(st.none() | st.sampled_from(Skipped))
        samples[table.schema, table.name] = TableSample(tuple(rows), draw(st.booleans()), skipped)
    return Catalog("X", tuple(found)), Samples(samples)


@settings(max_examples=80, deadline=None)
@given(sampled_catalogs())
def test_nothing_that_a_server_may_answer_stops_a_proposal(given_source: tuple[Catalog, Samples]) -> None:
    source, samples = given_source
    profile = profile_of(source, samples)
    document = propose(source, profile)
    assert document == propose(source, profile)
    assert [table.name for table in document.tables] == [table.name for table in canonical_tables()]
    for mapped in document.tables:
        table = source.table(mapped.schema or "", mapped.table) if mapped.table is not None else None
        named = {item.column for item in mapped.fields if item.column is not None}
        assert named <= {column.name for column in table.columns} if table is not None else not named
