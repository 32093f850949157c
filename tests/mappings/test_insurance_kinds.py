"""Tests of what the kind codes of insurers mean."""

import pytest

from mappings.insurance_kinds import codes_from

P = ("P", "PKV")


@pytest.mark.parametrize(
    ("codes", "decided", "unknown"),
    [
        ("", (P,), ()),
        ("4 5 8 P", (P,), ()),
        ("4 5 8", (P,), ()),
        ("1 P", (P,), ()),
        ("1 2", (P,), ("1", "2")),
        ("0 4 P", (P,), ("0",)),
        ("GKV PKV", (P, ("GKV", "GKV"), ("PKV", "PKV")), ()),
        ("G P", (P, ("G", "GKV")), ()),
        ("4 BG P X", (P,), ("BG", "X")),
        ("privat gesetzlich", (P, ("GESETZLICH", "GKV"), ("PRIVAT", "PKV")), ()),
        ("4 PKV Selbstzahler", (P, ("PKV", "PKV"), ("SELBSTZAHLER", "Selbstzahler")), ()),
        ("2.00 1.0", (P,), ("1", "2")),
        ("AOK BKK P", (P, ("AOK", "GKV"), ("BKK", "GKV")), ()),
        ("PV", (P,), ("PV",)),
    ],
)
def test_codes_from(codes: str, decided: tuple[tuple[str, str], ...], unknown: tuple[str, ...]) -> None:
    assert codes_from([(f"{code} ", 3) for code in codes.split()]) == (decided, unknown)


def test_codes_from_leaves_out_blank_codes() -> None:
    assert codes_from([("", 4), ("   ", 1), ("P", 2)]) == ((P,), ())
