"""What is kept of raw values, and what never is."""

import datetime as dt

import pytest

from mappings.masking import Shaped, bounds, codes_of, masked
from mappings.value_shapes import day_meant, shape_of


def shaped(*values: object) -> Shaped:
    return [(value, shape) for value in values if (shape := shape_of(value)) is not None]


@pytest.mark.parametrize(
    ("value", "outline"),
    [
        ("Müller-Lüdenscheidt", "Aaaaaa-Aaaaaaaaaaaa"),
        ("PAT-00123", "AAA-99999"),
        (50003.0, "99999.9"),
        (dt.date(1985, 4, 2), "9999-99-99"),
        ("02.04.1985", "99.99.9999"),
        (19850402, "99999999"),
        ("Füllung 34 o Komposit, Ultracain 2,0 ml", "Aaaaaaa 99 a Aaaaaaaa, …"),
    ],
)
def test_mask_keeps_the_outline_alone(value: object, outline: str) -> None:
    shape = shape_of(value)
    assert shape is not None
    assert masked(value, shape) == outline


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (("P ", "4", "P"), (("4", 1), ("P", 2))),
        (("GKV", "PKV", "GKV"), (("GKV", 2), ("PKV", 1))),
        ((0, 0, -1), (("-1", 1), ("0", 2))),
        ((True, False), (("0", 1), ("1", 1))),
        # Two digits, three letters or a name could be a patient's number, initials or name.
        ((17, 19, 17), ()),
        (("JHO", "TWE"), ()),
        (("Mia", "Mia"), ()),
        (tuple(f"{letter}1" for letter in "ABCDEFGHIJKLMN"), ()),
        ((), ()),
    ],
)
def test_only_short_codes_are_kept_as_they_are(values: tuple[object, ...], codes: tuple[tuple[str, int], ...]) -> None:
    found = shaped(*values)
    assert codes_of(found, {shape for _value, shape in found}) == codes


def test_bounds_are_coarse() -> None:
    dates = shaped(19850402, 20261231)
    assert bounds(dates, [day_meant(value, shape) for value, shape in dates]) == ("1985-04", "2026-12")
    assert bounds(shaped(50003, 52373), None) == ("50000", "50000")
    assert bounds(shaped("Anna", "Zoe"), None) == ("", "")
    assert bounds([], None) == ("", "")
