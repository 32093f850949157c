"""Ids and codes of a source as text."""

import uuid
from decimal import Decimal

import pytest

from extraction.source_ids import as_text, patient_key
from mappings.enums import PatientIdForm


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1042, "1042"),
        ("0001042", "0001042"),
        ("PAT-7  ", "PAT-7"),
        (" 7", " 7"),
        (Decimal("1042.00"), "1042"),
        (1042.0, "1042"),
        (1e15, "1000000000000000"),
        (Decimal("1000000000000000.0"), "1000000000000000"),
        (Decimal("1.5"), "1.5"),
        (Decimal("1.50"), "1.5"),
        (1.5, "1.5"),
        (-3.0, "-3"),
        (None, ""),
        (uuid.UUID(int=10), "00000000-0000-0000-0000-00000000000A"),
    ],
)
def test_id_as_text(value: object, expected: str) -> None:
    assert as_text(value) == expected


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("00012", PatientIdForm.INTEGER, "12"),
        ("000", PatientIdForm.INTEGER, "0"),
        ("00500.00", PatientIdForm.DECIMAL, "500"),
        ("  12  ", PatientIdForm.DECIMAL, "12"),
        ("12.5", PatientIdForm.DECIMAL, "12.5"),
        ("PAT-12", PatientIdForm.INTEGER, "PAT-12"),
        ("", PatientIdForm.INTEGER, ""),
        ("00012", PatientIdForm.TEXT, "00012"),
        ("00012", None, "00012"),
        ("50000.0", PatientIdForm.TEXT, "50000.0"),
        (12.0, PatientIdForm.TEXT, "12"),
    ],
)
def test_patient_key(value: object, form: PatientIdForm | None, expected: str) -> None:
    assert patient_key(value, form) == expected
