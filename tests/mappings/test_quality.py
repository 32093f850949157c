from dataclasses import replace

import pytest

from mappings.document import Evidence
from mappings.evidence import reasons
from mappings.profile import ColumnProfile, Shape, TableProfile
from mappings.quality import CONSTANT_VALUES, flags_of, is_empty, misused_share

TABLE = TableProfile("ck", "KARTEI", rows=200, newest="2026-06")
COLUMN = ColumnProfile("BEMERKUNG", values=200, distinct=150, last_filled="2026-06", shapes=((Shape.LONG_TEXT, 1.0),))
EMPTY = replace(COLUMN, values=0, null_share=1.0, distinct=0, shapes=(), last_filled="")
KINDS = ("key", "reference", "date", "text", "code", "name", "flag")


def codes(kind: str, column: ColumnProfile, table: TableProfile = TABLE) -> list[str]:
    return [flag.code for flag in flags_of(kind, column, table)]


def test_usual_column_has_no_flag() -> None:
    assert flags_of("text", COLUMN, TABLE) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_column_that_was_not_looked_at_has_no_flag(kind: str) -> None:
    assert flags_of(kind, None, TABLE) == ()
    assert flags_of(kind, EMPTY, None) == ()
    assert flags_of(kind, EMPTY, replace(TABLE, rows=0)) == ()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"flag"}))
def test_empty_column_is_only_empty(kind: str) -> None:
    assert codes(kind, EMPTY) == ["quality_empty"]


def test_delete_flag_that_no_row_has_is_not_flagged() -> None:
    assert codes("flag", EMPTY) == []


def test_delete_flag_that_is_always_0_is_not_flagged() -> None:
    assert codes("flag", replace(COLUMN, distinct=1, shapes=((Shape.ZERO_ONE, 1.0),))) == []


@pytest.mark.parametrize(("values", "share", "empty"), [(0, 1.0, True), (1, 0.9999, False), (1, 1.0, False)])
def test_single_value_is_enough_not_to_be_empty(values: int, share: float, empty: bool) -> None:
    assert is_empty(replace(COLUMN, values=values, null_share=share)) is empty


@pytest.mark.parametrize(
    ("share", "found"), [(0.9499, []), (0.95, ["quality_mostly_empty"]), (0.9501, ["quality_mostly_empty"])]
)
def test_mostly_empty_from_95_percent(share: float, found: list[str]) -> None:
    assert codes("text", replace(COLUMN, values=10, null_share=share)) == found


@pytest.mark.parametrize(
    ("month", "found"),
    [
        ("2024-07", []),
        ("2024-06", ["quality_abandoned"]),
        ("2024-05", ["quality_abandoned"]),
        ("2026-06", []),
        ("", []),
    ],
)
def test_abandoned_from_24_months(month: str, found: list[str]) -> None:
    assert codes("text", replace(COLUMN, last_filled=month)) == found


def test_abandoned_across_the_turn_of_a_year() -> None:
    table = replace(TABLE, newest="2026-01")
    assert codes("text", replace(COLUMN, last_filled="2024-02"), table) == []
    assert codes("text", replace(COLUMN, last_filled="2024-01"), table) == ["quality_abandoned"]


def test_column_of_a_table_without_dates_is_not_abandoned() -> None:
    assert codes("text", replace(COLUMN, last_filled="2010-01"), replace(TABLE, newest="")) == []


@pytest.mark.parametrize(
    ("share", "found"),
    [(0.2999, []), (0.3, ["quality_misused"]), (0.3001, ["quality_misused"]), (1.0, ["quality_misused"])],
)
def test_misused_from_30_percent(share: float, found: list[str]) -> None:
    shapes = ((Shape.INT_DATE, round(1 - share, 4)), (Shape.LONG_TEXT, share))
    assert codes("date", replace(COLUMN, shapes=shapes)) == found


def test_shares_of_several_other_kinds_add_up() -> None:
    shapes = ((Shape.DAY, 0.7), (Shape.WORD, 0.1), (Shape.WHOLE, 0.1), (Shape.CLOCK, 0.1))
    assert misused_share("date", replace(COLUMN, shapes=shapes)) == 0.3


@pytest.mark.parametrize("kind", KINDS)
def test_column_without_values_is_not_misused(kind: str) -> None:
    assert misused_share(kind, EMPTY) == 0.0


@pytest.mark.parametrize(
    ("kind", "shape", "share"),
    [
        ("key", Shape.WHOLE, 0.0),
        ("key", Shape.INT_DATE, 0.0),
        ("key", Shape.LONG_TEXT, 1.0),
        ("reference", Shape.NUMBERED, 0.0),
        ("reference", Shape.FAMILY_NAME, 1.0),
        ("date", Shape.GERMAN_SHORT_DATE, 0.0),
        ("date", Shape.WHOLE, 1.0),
        ("text", Shape.SERVICE_CODE, 0.0),
        ("text", Shape.INT_DATE, 1.0),
        ("code", Shape.SERVICE_CODE, 0.0),
        ("code", Shape.LONG_TEXT, 1.0),
        ("name", Shape.FAMILY_NAME, 0.0),
        ("name", Shape.DIGITS, 1.0),
        ("flag", Shape.MOMENT, 0.0),
        ("flag", Shape.LONG_TEXT, 1.0),
        ("of another version", Shape.OTHER, 0.0),
    ],
)
def test_what_a_kind_may_hold(kind: str, shape: Shape, share: float) -> None:
    assert misused_share(kind, replace(COLUMN, shapes=((shape, 1.0),))) == share


@pytest.mark.parametrize(
    ("share", "found"), [(0.2999, []), (0.3, ["quality_test_data"]), (0.3001, ["quality_test_data"])]
)
def test_test_data_from_30_percent(share: float, found: list[str]) -> None:
    assert codes("text", replace(COLUMN, test_share=share)) == found


@pytest.mark.parametrize(
    ("values", "distinct", "found"),
    [
        (CONSTANT_VALUES - 1, 1, []),
        (CONSTANT_VALUES, 1, ["quality_constant"]),
        (CONSTANT_VALUES + 1, 1, ["quality_constant"]),
        (CONSTANT_VALUES, 2, []),
    ],
)
def test_constant_from_20_values(values: int, distinct: int, found: list[str]) -> None:
    assert codes("text", replace(COLUMN, values=values, distinct=distinct)) == found


def test_several_flags_stand_side_by_side() -> None:
    column = replace(COLUMN, values=20, null_share=0.96, distinct=1, last_filled="2020-01", test_share=1.0)
    assert codes("text", column) == [
        "quality_mostly_empty",
        "quality_abandoned",
        "quality_test_data",
        "quality_constant",
    ]


def test_every_flag_has_a_sentence_and_moves_no_confidence() -> None:
    column = replace(
        COLUMN,
        values=20,
        null_share=0.96,
        distinct=1,
        last_filled="2020-01",
        test_share=1.0,
        shapes=((Shape.LONG_TEXT, 0.4), (Shape.DAY, 0.6)),
    )
    found = (*flags_of("date", column, TABLE), *flags_of("flag", column, TABLE), *flags_of("date", EMPTY, TABLE))
    assert {flag.weight for flag in found} == {0.0}
    assert [reason.sentence for reason in reasons(found)] == [
        "Hardly any row has a value.",
        "No row has had a value since 2020-01, though the table has newer rows.",
        "40 % of the values are of another kind.",
        "100 % of the values look made up for a test.",
        "Every row has the same value.",
        "40 % of the values are of another kind.",
        "None of the rows that were looked at has a value.",
    ]


def test_flag_says_how_large_the_share_is() -> None:
    shapes = ((Shape.DAY, 0.58), (Shape.WORD, 0.42))
    assert flags_of("date", replace(COLUMN, shapes=shapes), TABLE) == (
        Evidence("quality_misused", 0.0, (("share", "42"),)),
    )
