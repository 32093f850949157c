"""Pseudonyms: stable, bound to center and key, and looked up."""

import hmac
from hashlib import sha256

import pytest
from pytest_django import Settings

from extraction.pseudonyms import Pseudonym, code_of, patients_of, pseudonym_of


@pytest.fixture(autouse=True)
def _key(settings: Settings) -> None:
    settings.PSEUDONYM_KEY = "a key of the tests"


def test_pseudonym_is_the_beginning_of_the_hmac_in_base32() -> None:
    bits = int.from_bytes(hmac.digest(b"a key of the tests", b"center_07\x004711", sha256)[:7], "big") >> 6
    digits = [bits >> 5 * place & 31 for place in range(9, -1, -1)]
    expected = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit] for digit in digits)
    assert str(pseudonym_of("center_07", "4711")) == f"center_07.{expected}"


def test_same_patient_number_of_another_center_has_another_code() -> None:
    assert len({code_of(center, "4711") for center in ("center_01", "center_02", "center_1")}) == 3
    assert code_of("center_1", "14711") != code_of("center_11", "4711")


def test_another_key_gives_another_code(settings: Settings) -> None:
    with_a_key = code_of("center_07", "4711")
    settings.PSEUDONYM_KEY = ""
    derived = code_of("center_07", "4711")
    settings.SECRET_KEY = "another secret key of the tests"
    assert len({with_a_key, derived, code_of("center_07", "4711")}) == 3


def test_lone_surrogate_has_a_pseudonym() -> None:
    assert len(code_of("center_07", "47\ud800")) == 10


def test_pseudonym_comes_back_in_any_case() -> None:
    made = pseudonym_of("Praxis.7", "4711")
    assert Pseudonym.parse(f" {str(made)[:-10]}{made.code.lower()} ") == made


@pytest.mark.parametrize("text", ["", "4711", ".ABCDEFGHIJ", "center_07.", "center_07.ABC", "center_07.ABCDEFGHI!"])
def test_other_texts_are_no_pseudonym(text: str) -> None:
    assert Pseudonym.parse(text) is None


def test_patient_is_found_among_those_of_the_center() -> None:
    numbers = [str(number) for number in range(100)]
    assert patients_of(pseudonym_of("center_07", "42"), numbers) == ["42"]
    assert patients_of(pseudonym_of("center_08", "42"), []) == []
