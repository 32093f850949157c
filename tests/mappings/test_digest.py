from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from hypothesis import given

from mappings.alike import common_changes
from mappings.confidence import CERTAIN
from mappings.diff import changes, diff
from mappings.digest import DigestRow, digest, from_json, to_json
from mappings.document import MappingDocument
from mappings.enums import ReviewPolicy
from mappings.models import Mapping
from mappings.policy import workload
from mappings.review_load import review_load
from mappings.review_models import VersionDigest
from mappings.version_digests import digest_of
from mappings.versions import edit
from tests.mappings.documents import documents
from tests.mappings.people import with_code
from tests.mappings.plain_mappings import plain_mapping


@given(documents(), documents())
def test_digests_differ_where_the_documents_do(before: MappingDocument, after: MappingDocument) -> None:
    exact = {row.field for row in changes(diff(before, after))}
    assert {change.field for change in common_changes(digest(before), digest(after))} == exact


@given(documents())
def test_digest_survives_its_storage(document: MappingDocument) -> None:
    assert from_json(to_json(digest(document))) == digest(document)


@given(documents())
def test_load_of_a_digest_is_that_of_the_document(document: MappingDocument) -> None:
    mapped = [item for table in document.tables for item in table.fields if item.column is not None]
    for policy in ReviewPolicy:
        load = review_load(digest(document), policy)
        assert load.to_look_at == workload(policy, [document]).to_look_at
        assert (load.certain, load.mapped) == (sum(item.confidence >= CERTAIN for item in mapped), len(mapped))


def test_digest_is_in_canonical_order() -> None:
    document = plain_mapping()
    shuffled = replace(document, tables=document.tables[::-1])
    assert list(digest(shuffled)) == list(digest(document))
    assert list(digest(document))[:2] == ["PATIENT", "PATIENT.ID"]


def test_row_says_what_is_chosen_and_how_sure(proposal: Mapping) -> None:
    row = digest(proposal.document())["KARTEI.DATUM"]
    assert (row.name, row.plain, row.is_flagged) == ("DATUM_X7", "DATUM", False)
    assert row.confidence == proposal.document().table("KARTEI").fields[2].confidence


def stored(mapping: Mapping) -> Mapping:
    return Mapping.objects.select_related("digest").defer("content").get(pk=mapping.pk)


@pytest.mark.django_db
def test_digest_goes_with_the_content(proposal: Mapping, admin: User) -> None:
    assert from_json(VersionDigest.objects.get().rows) == digest(proposal.document())
    edit(proposal, with_code(proposal, "Q"), admin)
    assert digest_of(stored(proposal))["insurance_codes.Q"] == DigestRow("insurance_codes.Q", "GKV", "GKV")


@pytest.mark.parametrize("wrong", [{"formula": 0}, {"content_hash": "0" * 64}, None])
def test_digest_that_does_not_count_is_made_anew(wrong: dict[str, object] | None, proposal: Mapping) -> None:
    rows = VersionDigest.objects.filter(mapping=proposal)
    if wrong is None:
        rows.delete()
    else:
        rows.update(rows=[], **wrong)
    assert digest_of(stored(proposal)) == digest(proposal.document())


def test_migration_makes_digests_of_what_can_be_read(proposal: Mapping) -> None:
    VersionDigest.objects.all().delete()
    broken = Mapping.objects.create(
        center=proposal.center,
        version=2,
        snapshot=proposal.snapshot,
        content={"tables": "x"},
        content_hash=proposal.content_hash,
    )
    import_module("mappings.migrations.0009_version_digests").make_digests(apps, None)
    assert [(item.mapping_id, from_json(item.rows)) for item in VersionDigest.objects.exclude(mapping=broken)] == [
        (proposal.pk, digest(proposal.document()))
    ]
    assert VersionDigest.objects.count() == 1
