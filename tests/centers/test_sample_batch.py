from centers.catalog import Catalog, Column, Table
from centers.sample_batch import SampleLimits, batches, not_asked, sample_of, statements
from centers.samples import Skipped, TableSample

LIMITS = SampleLimits(rows=4)


def table(rows: int | None, *columns: tuple[str, str, int | None], key: str = "", kind: str = "BASE TABLE") -> Table:
    made = tuple(Column(name, type_, length, True, number) for number, (name, type_, length) in enumerate(columns, 1))
    return Table("ck", "KARTEI", kind, made, primary_key=(key,) if key else (), row_count=rows)


NUMBERED = table(100, ("ID", "int", None), ("ART", "varchar", 2), key="ID")
HEAP = table(100, ("ART", "varchar", 2))
FEW = table(3, ("ID", "int", None), key="ID")


def test_statements_read_both_ends_of_the_key() -> None:
    assert statements("Dental", NUMBERED, LIMITS) == (
        "SELECT TOP (2) [ID], [ART] FROM [Dental].[ck].[KARTEI] ORDER BY [ID]",
        "SELECT TOP (2) [ID], [ART] FROM [Dental].[ck].[KARTEI] ORDER BY [ID] DESC",
    )


def test_statements_without_a_key_sort_nothing() -> None:
    expected = ("SELECT TOP (4) [ART] FROM [Dental].[ck].[KARTEI]",)
    assert statements("Dental", HEAP, LIMITS) == expected
    assert statements("Dental", table(None, ("ART", "varchar", 2), key=""), LIMITS) == expected


def test_statements_by_a_key_of_two_columns_sort_nothing() -> None:
    source = Table("ck", "KARTEI", "BASE TABLE", NUMBERED.columns, primary_key=("ID", "ART"), row_count=100)
    assert statements("Dental", source, LIMITS) == ("SELECT TOP (4) [ID], [ART] FROM [Dental].[ck].[KARTEI]",)


def test_statements_for_a_small_table_ask_for_one_row_more() -> None:
    assert statements("Dental", FEW, LIMITS) == ("SELECT TOP (5) [ID] FROM [Dental].[ck].[KARTEI] ORDER BY [ID]",)


def test_statements_cut_long_text_and_leave_out_what_is_no_value() -> None:
    source = table(
        None,
        ("A", "nvarchar", 200),
        ("B", "nvarchar", 201),
        ("C", "varchar", -1),
        ("D", "ntext", 1073741823),
        ("E", "xml", -1),
        ("F", "varbinary", -1),
        ("G", "geography", -1),
        ("H", "sql_variant", None),
        ("I", "datetimeoffset", None),
        ("J", "money", None),
        ("K", "timestamp", None),
    )
    selected = (
        "[A], CAST([B] AS NVARCHAR(200)), CAST([C] AS NVARCHAR(200)), CAST([D] AS NVARCHAR(200)), "
        "LEFT(CAST([E] AS NVARCHAR(MAX)), 200), NULL, NULL, NULL, CAST([I] AS DATETIME2(0)), [J], NULL"
    )
    (found,) = statements("Dental", source, LIMITS)
    assert found.removeprefix("SELECT TOP (4) ").removesuffix(" FROM [Dental].[ck].[KARTEI]") == selected


def test_statements_quote_every_name() -> None:
    source = Table("c]k", "KAR.TEI", "BASE TABLE", (Column("a]; DROP", "int", None, True, 1),), ("a]; DROP",))
    first, last = statements("D'B]", source, LIMITS)
    assert first == "SELECT TOP (2) [a]]; DROP] FROM [D'B]]].[c]]k].[KAR.TEI] ORDER BY [a]]; DROP]"
    assert last == f"{first} DESC"


def test_sample_of_both_ends_is_in_the_order_of_the_key() -> None:
    sample = sample_of(NUMBERED, [[(1, "a"), (2, "b")], [(99, "d"), (98, "c")]], LIMITS)
    assert sample == TableSample(((1, "a"), (2, "b"), (98, "c"), (99, "d")), whole=False)


def test_sample_of_ends_that_meet_has_each_row_once() -> None:
    sample = sample_of(NUMBERED, [[(1, "a"), (2, "b")], [(3, "c"), (2, "b")]], LIMITS)
    assert sample == TableSample(((1, "a"), (2, "b"), (3, "c")), whole=True)


def test_sample_of_a_small_table_is_whole() -> None:
    assert sample_of(FEW, [[(1,), (2,), (3,), (4,)]], LIMITS) == TableSample(((1,), (2,), (3,), (4,)), whole=True)


def test_sample_of_a_small_table_that_has_grown_is_not() -> None:
    rows = [(1,), (2,), (3,), (4,), (5,)]
    assert sample_of(FEW, [rows], LIMITS) == TableSample(((1,), (2,), (3,), (4,)), whole=False)


def test_sample_of_rows_without_order_is_whole_when_there_are_no_more() -> None:
    assert sample_of(HEAP, [[("a",)] * 4], LIMITS).whole is False
    assert sample_of(HEAP, [[("a",)] * 3], LIMITS).whole is True


def test_sample_of_no_rows_is_empty() -> None:
    assert sample_of(NUMBERED, [[], []], LIMITS) == TableSample(skipped=Skipped.EMPTY)
    assert sample_of(HEAP, [[]], LIMITS) == TableSample(skipped=Skipped.EMPTY)


def test_sample_of_one_row_is_the_newest() -> None:
    limits = SampleLimits(rows=1)
    assert statements("Dental", NUMBERED, limits) == (
        "SELECT TOP (1) [ID], [ART] FROM [Dental].[ck].[KARTEI] ORDER BY [ID] DESC",
    )
    assert sample_of(NUMBERED, [[(9, "a")]], limits) == TableSample(((9, "a"),), whole=False)


def test_not_asked_says_why() -> None:
    view = table(None, ("ID", "int", None), kind="VIEW")
    assert not_asked(view, LIMITS) is Skipped.VIEW
    assert not_asked(view, SampleLimits(views=True)) is None
    assert not_asked(table(0, ("ID", "int", None)), LIMITS) is Skipped.EMPTY
    assert not_asked(NUMBERED, SampleLimits(rows=0)) is Skipped.SWITCHED_OFF
    assert not_asked(table(100), LIMITS) is Skipped.FORBIDDEN
    assert not_asked(NUMBERED, LIMITS) is None


def test_batches_are_bounded_by_tables_and_columns() -> None:
    def numbered(count: int) -> Catalog:
        columns = tuple(Column(f"C{number}", "int", None, True, number) for number in range(3))
        empty = Table("ck", "EMPTY", "BASE TABLE", columns, row_count=0)
        return Catalog("D", (empty, *(Table("ck", f"T{n}", "BASE TABLE", columns) for n in range(count))))

    by_tables = SampleLimits(tables_per_batch=2)
    assert [[item.name for item in batch] for batch in batches(numbered(3), by_tables)] == [["T0", "T1"], ["T2"]]
    by_columns = SampleLimits(columns_per_batch=7)
    assert [len(batch) for batch in batches(numbered(5), by_columns)] == [2, 2, 1]
    assert [len(batch) for batch in batches(numbered(2), SampleLimits(columns_per_batch=1))] == [1, 1]
    assert list(batches(numbered(0), LIMITS)) == []
