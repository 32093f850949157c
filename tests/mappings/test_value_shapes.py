"""What single values look like."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.profile import Shape
from mappings.value_shapes import day_meant, repaired, shape_of, shapes_of

DAY = dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, None),
        ("", None),
        ("   ", None),
        (20261231, Shape.INT_DATE),
        (20261331, Shape.WHOLE),
        (20261231.0, Shape.INT_DATE),
        (1767139200, Shape.EPOCH),
        (1767139201, Shape.WHOLE),
        (0, Shape.ZERO_ONE),
        (-1, Shape.ZERO_ONE),
        (True, Shape.ZERO_ONE),
        (50000.0, Shape.WHOLE),
        (Decimal("2.30"), Shape.DECIMAL),
        (float("nan"), Shape.DECIMAL),
        (float("inf"), Shape.DECIMAL),
        (dt.datetime(2026, 12, 31, tzinfo=dt.UTC), Shape.DAY),
        (dt.datetime(2026, 12, 31, 9, 15, tzinfo=dt.UTC), Shape.MOMENT),
        (DAY, Shape.DAY),
        (dt.time(9, 15), Shape.CLOCK),
        (b"\x00", Shape.OTHER),
        ("20261231", Shape.TEXT_DATE),
        ("20261331", Shape.DIGITS),
        ("31.12.2026", Shape.GERMAN_DATE),
        ("31.12.26", Shape.GERMAN_SHORT_DATE),
        ("2026-12-31", Shape.ISO_DATE),
        ("09:45", Shape.CLOCK),
        ("J", Shape.YES_NO),
        ("x", Shape.MARK),
        ("PKV", Shape.KIND_WORD),
        ("01", Shape.SERVICE_CODE),
        ("Ä1", Shape.SERVICE_CODE),
        ("13a ", Shape.SERVICE_CODE),
        ("4.0190", Shape.SERVICE_CODE),
        ("GOZ 2060", Shape.SERVICE_CODE),
        ("2060", Shape.DIGITS),
        ("PAT-00123", Shape.NUMBERED),
        ("WB3", Shape.SHORT_CODE),
        ("AOK Bayern - Die Gesundheitskasse", Shape.INSURER_NAME),
        ("Jürgen", Shape.GIVEN_NAME),
        ("Mia", Shape.GIVEN_NAME),
        ("MIA", Shape.SHORT_CODE),
        ("Müller-Lüdenscheidt", Shape.FAMILY_NAME),
        ("Würzburg", Shape.NAME_LIKE),
        ("<p>Füllung 34 o Komposit, Ultracain 2,0 ml</p>", Shape.CLINICAL),
        ("Bitte im Mai noch einmal anrufen", Shape.LONG_TEXT),
        ("0170 6954565", Shape.OTHER),
    ],
)
def test_shape_of_a_value(value: object, shape: Shape | None) -> None:
    assert shape_of(value) == shape


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (20261231, DAY),
        (1798675200, DAY),
        ("20261231", DAY),
        ("31.12.2026", DAY),
        ("31.12.26", DAY),
        ("2026-12-31", DAY),
        (dt.datetime(2026, 12, 31, 9, 15, tzinfo=dt.UTC), DAY),
        ("31.12.85", dt.date(1985, 12, 31)),
        ("30.02.2026", None),
        ("Mia", None),
    ],
)
def test_day_that_a_value_means(value: object, day: dt.date | None) -> None:
    shape = shape_of(value)
    assert shape is not None
    assert day_meant(value, shape) == day


def test_text_read_in_the_wrong_alphabet_is_put_right_only_where_that_is_certain() -> None:
    assert [repaired("FÃ¼llung"), repaired("Füllung"), repaired("FÃ¼llung 漢")] == ["Füllung", "Füllung", "FÃ¼llung 漢"]


_VALUES = (
    st.none() | st.integers(-2, 10**9) | st.integers(18_790_000, 21_020_000),
    st.none() | st.text(max_size=12) | st.sampled_from(["20260131", " Müller ", "x", "01.02.2026", "Ä1", "  "]),
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.datetimes() | st.floats(),
)


@given(st.one_of([st.lists(sort, max_size=8) for sort in _VALUES]))
def test_shapes_of_many_are_those_of_each(values: list[object]) -> None:
    assert shapes_of(values) == [shape_of(value) for value in values]
