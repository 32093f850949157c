"""Tests of date forms and delete flags that are read from values."""

import pytest

from centers.catalog import Column
from mappings.document import DeleteFlag
from mappings.enums import DateFormat
from mappings.forms_of_values import date_form_of, delete_flag_of
from mappings.profile import ColumnProfile, Shape


def column(data_type: str, length: int | None = None) -> Column:
    return Column("X", data_type, length, True, 1)


@pytest.mark.parametrize(
    ("data_type", "length", "shapes", "expected"),
    [
        ("int", None, [(Shape.INT_DATE, 1.0)], (DateFormat.INT, True)),
        ("int", None, [(Shape.INT_DATE, 0.6), (Shape.ZERO_ONE, 0.4)], (DateFormat.INT, True)),
        ("int", None, [(Shape.ZERO_ONE, 1.0)], (DateFormat.INT, False)),
        ("int", None, [(Shape.WHOLE, 1.0)], None),
        ("int", None, [], (DateFormat.INT, True)),
        ("decimal", None, [(Shape.INT_DATE, 1.0)], (DateFormat.INT, True)),
        ("bigint", None, [(Shape.EPOCH, 1.0)], (DateFormat.EPOCH, True)),
        ("bigint", None, [(Shape.INT_DATE, 1.0)], (DateFormat.INT, True)),
        ("bigint", None, [(Shape.INT_DATE, 0.7), (Shape.EPOCH, 0.3)], (DateFormat.INT, False)),
        ("bigint", None, [], (DateFormat.INT, False)),
        ("varchar", 8, [(Shape.TEXT_DATE, 1.0)], (DateFormat.TEXT, True)),
        ("char", 8, [(Shape.GERMAN_SHORT_DATE, 1.0)], (DateFormat.GERMAN_SHORT, True)),
        ("char", 8, [], (DateFormat.TEXT, False)),
        ("varchar", 10, [(Shape.GERMAN_DATE, 0.97), (Shape.OTHER, 0.03)], (DateFormat.GERMAN, True)),
        ("varchar", 10, [(Shape.ISO_DATE, 1.0)], (DateFormat.ISO, True)),
        ("varchar", 10, [(Shape.ISO_DATE, 0.8), (Shape.GERMAN_DATE, 0.2)], (DateFormat.ISO, False)),
        ("varchar", 10, [(Shape.WORD, 0.7), (Shape.ISO_DATE, 0.3)], (DateFormat.ISO, False)),
        ("varchar", 10, [(Shape.WORD, 1.0)], None),
        ("datetime", None, [(Shape.MOMENT, 1.0)], (DateFormat.DATETIME, True)),
        ("date", None, [], (DateFormat.DATE, True)),
        ("bit", None, [(Shape.ZERO_ONE, 1.0)], None),
    ],
)
def test_date_form_of(
    data_type: str,
    length: int | None,
    shapes: list[tuple[Shape, float]],
    expected: tuple[DateFormat, bool] | None,
) -> None:
    assert date_form_of(column(data_type, length), shapes) == expected


@pytest.mark.parametrize(
    ("data_type", "codes", "null_share", "inverted", "expected"),
    [
        ("int", "0 1", 0.0, False, DeleteFlag(("0",), True)),
        ("int", "1", 0.9, False, DeleteFlag(("0",), True)),
        ("tinyint", "0", 0.0, False, DeleteFlag(("0",), True)),
        ("bit", "0 1", 0.0, False, DeleteFlag(("0",), True)),
        ("smallint", "-1 0", 0.0, False, DeleteFlag(("0",), True)),
        ("smallint", "-1 0", 0.0, True, DeleteFlag(("-1",), False)),
        ("bit", "0 1", 0.0, True, DeleteFlag(("1",), False)),
        ("int", "1 2", 0.0, False, None),
        ("char", "J N", 0.0, False, DeleteFlag(("N",), True)),
        ("char", "j n", 0.0, False, DeleteFlag(("N",), True)),
        ("char", "J N", 0.0, True, DeleteFlag(("J",), False)),
        ("char", "N", 0.0, True, None),
        ("char", "J", 0.5, False, DeleteFlag(("N",), True)),
        ("varchar", "F T", 0.0, False, DeleteFlag(("F",), True)),
        ("varchar", "0 1", 0.0, False, DeleteFlag(("0",), True)),
        ("varchar", "0 1", 0.0, True, DeleteFlag(("1",), False)),
        ("varchar", "Ja Nein", 0.0, True, DeleteFlag(("JA",), False)),
        ("char", "X", 0.8, False, DeleteFlag((), True)),
        ("char", "X", 0.2, True, DeleteFlag(("X",), False)),
        ("char", "X", 0.0, False, None),
        ("char", "A L", 0.0, False, None),
        ("datetime", "", 0.9, False, DeleteFlag((), True)),
        ("char", "", 1.0, False, DeleteFlag(("N",), True)),
    ],
)
def test_delete_flag_of(
    data_type: str, codes: str, null_share: float, inverted: bool, expected: DeleteFlag | None
) -> None:
    profile = ColumnProfile("X", null_share=null_share, codes=tuple((code, 5) for code in codes.split()))
    assert delete_flag_of(column(data_type, 4 if "char" in data_type else None), profile, inverted) == expected


def test_delete_flag_without_a_profile_follows_the_type() -> None:
    assert delete_flag_of(column("char", 1), None, inverted=True) == DeleteFlag(("J",), False)
