"""Tests of a mapping's stored form and its content hash."""

from dataclasses import replace
from typing import Any

import pytest

from mappings.document import (
    Candidate,
    DeleteFlag,
    Evidence,
    FieldMapping,
    MappingDocument,
    TableMapping,
    content_hash,
    from_document,
    to_document,
)
from mappings.enums import DateFormat, PatientIdForm

# Stored by the version before patient id forms, unknown codes, flags and the evidence of runners-up.
OLD_CONTENT: dict[str, Any] = {
    "tables": [
        {
            "name": "KARTEI",
            "schema": "ck",
            "table": "KARTEI_MN",
            "date_format": "int",
            "delete_flag": {"live_values": ["0"], "null_is_live": True},
            "confidence": 0.9,
            "evidence": [{"code": "name_canonical", "weight": 1.0, "detail": {}}],
            "candidates": [{"name": "ck.KARTEI_BAK", "confidence": 0.2}],
            "fields": [
                {
                    "name": "PATNR",
                    "column": "PATNR_NAN",
                    "confidence": 0.9,
                    "evidence": [],
                    "candidates": [{"name": "PAT", "confidence": 0.1}],
                }
            ],
        }
    ],
    "insurance_codes": {"P": "PKV"},
}
OLD_HASH = "1330bd1c469d47f3058ae775922340453dd8bfdb0fe29dcb4aced541fa316a54"


def test_old_content_is_read_with_nothing_decided() -> None:
    document = from_document(OLD_CONTENT)
    assert document == MappingDocument(
        (
            TableMapping(
                "KARTEI",
                "ck",
                "KARTEI_MN",
                (FieldMapping("PATNR", "PATNR_NAN", 0.9, (), (Candidate("PAT", 0.1),)),),
                DateFormat.INT,
                DeleteFlag(("0",), True),
                0.9,
                (Evidence("name_canonical", 1.0),),
                (Candidate("ck.KARTEI_BAK", 0.2),),
            ),
        ),
        (("P", "PKV"),),
        None,
        (),
    )


def test_old_content_keeps_its_hash() -> None:
    assert content_hash(from_document(OLD_CONTENT)) == OLD_HASH


def test_new_content_survives_the_round_trip() -> None:
    reason = Evidence("quality_constant", -0.2, (("share", "1"),))
    field = FieldMapping("DATUM", "TAG", 0.8, (reason,), (Candidate("TAG2", 0.3, (reason,)),), (reason,))
    table = TableMapping(
        "KARTEI", "ck", "K", (field,), DateFormat.EPOCH, candidates=(Candidate("ck.B", 0.1, (reason,)),)
    )
    document = MappingDocument((table,), (("P", "PKV"),), PatientIdForm.DECIMAL, ("BG", "X"))
    assert from_document(to_document(document)) == document


@pytest.mark.parametrize("form", list(PatientIdForm))
def test_patient_id_form_is_part_of_the_decision(form: PatientIdForm) -> None:
    document = from_document(OLD_CONTENT)
    assert content_hash(replace(document, patient_id_form=form)) != OLD_HASH


def test_unknown_codes_are_no_part_of_the_decision() -> None:
    document = from_document(OLD_CONTENT)
    assert content_hash(replace(document, unknown_codes=("BG",))) == OLD_HASH
