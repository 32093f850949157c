"""What holds for the file of any mapping."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mappings.decisions import apply
from mappings.document import MappingDocument, content_hash
from mappings.enums import PatientIdForm
from mappings.mapping_file import FileFacts, read, write
from tests.mappings.documents import documents

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FACTS = st.builds(FileFacts, center_id=st.just("center_01"), version=st.integers(1, 99), reason=TEXTS, author=TEXTS)
# A file without a form of patient ids leaves the decided one as it is; every other choice is taken over.
DECIDED = documents().map(lambda item: replace(item, patient_id_form=item.patient_id_form or PatientIdForm.TEXT))


@given(FACTS, DECIDED, documents())
def test_file_brings_back_every_decision(facts: FileFacts, document: MappingDocument, other: MappingDocument) -> None:
    content = read(write(facts, document))
    assert (content.center_id, content.from_version) == (facts.center_id, facts.version)
    assert content_hash(apply(document, content.decision)) == content_hash(document)
    assert content_hash(apply(other, content.decision)) == content_hash(document)


@given(FACTS, documents())
def test_file_read_and_written_again_is_the_same_text(facts: FileFacts, document: MappingDocument) -> None:
    text = write(facts, document)
    again = apply(document, read(text).decision)
    assert write(facts, replace(again, unknown_codes=document.unknown_codes)) == text


@given(FACTS, documents())
def test_order_of_the_codes_makes_no_other_file(facts: FileFacts, document: MappingDocument) -> None:
    turned = replace(document, insurance_codes=tuple(reversed(document.insurance_codes)))
    assert write(facts, turned) == write(facts, document)
    assert next(iter(json.loads(write(facts, document)))) == "center_id"
