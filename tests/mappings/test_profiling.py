"""The profile of a source from its sampled rows."""

import datetime as dt

from centers.catalog import Catalog, Column, Table
from centers.samples import Samples, Skipped, TableSample
from mappings.profile import ColumnProfile, Profile, Shape
from mappings.profiling import profile_of


def table(name: str, columns: str, rows: int = 4) -> Table:
    parts = [part.split(":") for part in columns.split()]
    made = tuple(Column(part[0], part[1], 50 if "char" in part[1] else None, True, at) for at, part in enumerate(parts))
    return Table("ck", name, "BASE TABLE", made, ("ID",), (), rows)


KARTEI = table("KARTEI", "ID:int DATUM:int ALT:varchar NEU:varchar GEB:int")
ROWS = (
    (1, 20200105, "x", None, 19850101),
    (2, 20200106, "y", None, 19400101),
    (3, 20260301, None, "a", 20200101),
    (4, 20260302, None, "b", 19600101),
)


def profiled(*rows: tuple[object, ...], of: Table = KARTEI) -> Profile:
    return profile_of(Catalog("db", (of,)), Samples({("ck", of.name): TableSample(tuple(rows))}))


def column(name: str) -> ColumnProfile:
    found = profiled(*ROWS).tables[0].column(name)
    assert found is not None
    return found


def test_newest_row_is_that_of_the_dates_that_grow() -> None:
    assert profiled(*ROWS).tables[0].newest == "2026-03"


def test_old_and_new_columns_are_told_by_the_rows_that_fill_them() -> None:
    shares = [
        (column(name).filled_first, column(name).filled_last, column(name).last_filled) for name in ("ALT", "NEU")
    ]
    assert shares == [(1.0, 0.0, "2020-01"), (0.0, 1.0, "2026-03")]


def test_shapes_are_shares_of_the_values_that_are_there() -> None:
    assert column("ALT").shapes == ((Shape.MARK, 0.5), (Shape.YES_NO, 0.5))
    assert column("ALT").null_share == 0.5


def test_table_without_rows_says_why() -> None:
    empty = profile_of(Catalog("db", (table("LEER", "ID:int", rows=0),)), Samples())
    unseen = profile_of(Catalog("db", (KARTEI,)), Samples())
    slow = profile_of(Catalog("db", (KARTEI,)), Samples({("ck", "KARTEI"): TableSample(skipped=Skipped.TOO_SLOW)}))
    assert [found.tables[0].skipped for found in (empty, unseen, slow)] == [
        Skipped.SWITCHED_OFF,
        Skipped.SWITCHED_OFF,
        Skipped.TOO_SLOW,
    ]


def test_row_that_does_not_fit_the_table_is_left_out() -> None:
    assert profiled(*ROWS, (5,)).tables[0].rows == 4


def test_order_of_tables_changes_nothing() -> None:
    other = table("PATIENT", "ID:int NAME:varchar")
    rows: tuple[tuple[object, ...], ...] = tuple((number, "Weber") for number in range(1, 5))
    samples = Samples({("ck", "KARTEI"): TableSample(ROWS), ("ck", "PATIENT"): TableSample(rows)})
    one, two = (profile_of(Catalog("db", order), samples) for order in ((KARTEI, other), (other, KARTEI)))
    assert sorted(one.tables, key=lambda item: item.name) == sorted(two.tables, key=lambda item: item.name)


def test_year_of_three_digits_is_a_month_too() -> None:
    """What a mistyped date may be; months are compared as texts and read again as numbers."""
    moments = table("LOG", "ID:int AT:datetime")
    rows: list[tuple[object, ...]] = [(number, dt.datetime(201, number, 1, tzinfo=dt.UTC)) for number in range(1, 5)]
    found = profiled(*rows, of=moments).tables[0]
    assert (found.newest, [item.last_filled for item in found.columns]) == ("0201-04", ["0201-04", "0201-04"])


def test_dates_of_every_kind_make_a_clock() -> None:
    moments = table("LOG", "ID:int AT:datetime")
    rows: list[tuple[object, ...]] = [
        (number, dt.datetime(2020 + number, 5, 1, 9, tzinfo=dt.UTC)) for number in range(1, 5)
    ]
    assert profiled(*rows, of=moments).tables[0].newest == "2024-05"
