"""A decided version stays as it was decided, whichever way somebody writes."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import modelform_factory
from django.test import RequestFactory
from django.utils import timezone

from centers.models import Center
from mappings.approval import approve, reject
from mappings.discovery import store_catalog
from mappings.document import content_hash, to_document
from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.models import Mapping
from mappings.sealed_versions import FROZEN
from mappings.versions import restore
from tests.mappings.catalogs import standard
from tests.mappings.people import a_reviewer, with_code

# Fixtures that are asked for by name are seen too late to be sorted before the tests that empty the database.
pytestmark = pytest.mark.django_db
REFUSED = "A decided version cannot be changed."


@pytest.fixture
def approved(proposal: Mapping, reviewer: User) -> Mapping:
    approve(proposal, reviewer, reason="seen", all_looked_at=True)
    return Mapping.objects.get()


@pytest.fixture
def superseded(approved: Mapping, reviewer: User) -> Mapping:
    approve(restore(approved, reviewer), a_reviewer("second"), all_looked_at=True)
    return Mapping.objects.get(version=1)


def other_values(mapping: Mapping) -> dict[str, Any]:
    """For each frozen column another value than the row has."""
    person = a_reviewer("another")
    newer = store_catalog(mapping.center, standard()).snapshot
    document = with_code(mapping, "Q")
    elsewhere = Center.objects.create(
        center_id="center_99", name="Praxis", server=mapping.center.server, database="DentalDB_99"
    )
    return {
        "center_id": elsewhere.pk,
        "version": 99,
        "snapshot_id": newer.pk,
        "content": to_document(document),
        "content_hash": content_hash(document),
        "generated": not mapping.generated,
        "created_at": timezone.now(),
        "author_id": person.pk,
        "first_author_id": person.pk,
        "reviewer_id": person.pk,
        "reason": "another",
        "decided_at": timezone.now(),
        "four_eyes_waived": True,
    }


@pytest.mark.parametrize("state", ["approved", "superseded"])
@pytest.mark.parametrize("name", FROZEN)
def test_no_frozen_column_of_a_decided_version_changes(name: str, state: str, request: pytest.FixtureRequest) -> None:
    mapping: Mapping = request.getfixturevalue(state)
    value = other_values(mapping)[name]
    before = Mapping.objects.filter(pk=mapping.pk).values().get()
    of_center = mapping.center.mappings.filter(pk=mapping.pk)
    setattr(mapping, name, value)
    with pytest.raises(TransitionError, match=REFUSED):
        mapping.save()
    with pytest.raises(TransitionError, match=REFUSED):
        mapping.save(update_fields=[name.removesuffix("_id")])
    with pytest.raises(TransitionError, match=REFUSED):
        Mapping.objects.filter(pk=mapping.pk).update(**{name: value})
    with pytest.raises(TransitionError, match=REFUSED):
        of_center.update(**{name: value})
    with pytest.raises(TransitionError, match=REFUSED):
        Mapping.objects.bulk_update([mapping], [name.removesuffix("_id")])
    assert Mapping.objects.filter(pk=mapping.pk).values().get() == before


@pytest.mark.parametrize("status", [item for item in MappingStatus if item != MappingStatus.SUPERSEDED])
def test_superseded_version_never_comes_back(superseded: Mapping, status: MappingStatus) -> None:
    superseded.status = status
    with pytest.raises(TransitionError, match=REFUSED):
        superseded.save()
    with pytest.raises(TransitionError, match=REFUSED):
        Mapping.objects.filter(pk=superseded.pk).update(status=status)


def test_rejected_version_is_sealed_too(proposal: Mapping, reviewer: User) -> None:
    mapping = reject(proposal, reviewer, "no")
    mapping.reason = "yes"
    with pytest.raises(TransitionError, match=REFUSED):
        mapping.save()
    with pytest.raises(TransitionError, match="one version at a time"):
        Mapping.objects.bulk_update([mapping], ["status"])


def test_what_is_about_the_source_still_changes(approved: Mapping) -> None:
    approved.hold = "gone:KARTEI.DATUM"
    approved.save(update_fields=["hold"])
    assert Mapping.objects.filter(drift="none").update(drift="breaking") == 1
    approved.refresh_from_db()
    assert (approved.drift, approved.hold) == ("breaking", "gone:KARTEI.DATUM")


@pytest.mark.parametrize("state", ["proposal", "approved"])
def test_no_version_is_deleted(state: str, request: pytest.FixtureRequest) -> None:
    mapping: Mapping = request.getfixturevalue(state)
    with pytest.raises(TransitionError, match="never deleted"):
        mapping.delete()
    with pytest.raises(TransitionError, match="never deleted"):
        Mapping.objects.filter(pk=mapping.pk).delete()
    assert Mapping.objects.count() == 1


def test_admin_cannot_change_or_delete_a_decided_version(approved: Mapping, admin: User, rf: RequestFactory) -> None:
    """What the admin site would do, should somebody register the model there."""
    page: ModelAdmin[Mapping] = ModelAdmin(Mapping, django_admin.site)
    request = rf.post("/")
    request.user = admin
    form = modelform_factory(Mapping, fields=["reason"])({"reason": "another"}, instance=approved)
    with pytest.raises(TransitionError, match=REFUSED):
        page.save_model(request, form.save(commit=False), form, change=True)
    with pytest.raises(TransitionError, match="never deleted"):
        page.delete_model(request, approved)
    with pytest.raises(TransitionError, match="never deleted"):
        page.delete_queryset(request, Mapping.objects.all())
    assert Mapping.objects.get().reason == "seen"


def test_form_of_all_fields_cannot_approve_the_own_work(proposal: Mapping, reviewer: User) -> None:
    """`full_clean` knows the constraint, so that a form says it instead of failing."""
    proposal.status, proposal.author, proposal.reviewer = MappingStatus.APPROVED, reviewer, reviewer
    with pytest.raises(ValidationError, match="mapping_approved_by_a_second_person"):
        proposal.full_clean()
    proposal.author = None
    proposal.full_clean()


@pytest.mark.parametrize("column", ["author", "first_author"])
def test_database_refuses_an_approval_of_the_own_work(column: str, proposal: Mapping, reviewer: User) -> None:
    """Also where nothing of ours looks: the base manager knows no rules."""
    rows = Mapping._base_manager.filter(pk=proposal.pk)
    rows.update(**{column: reviewer})
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="approved", reviewer=reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="approved", reviewer=reviewer, four_eyes_waived=True, reason="")
    assert rows.update(status="rejected", reviewer=reviewer) == 1
    assert rows.update(status="approved", reviewer=reviewer, four_eyes_waived=True, reason="I am alone.") == 1


def test_database_takes_nobody_for_a_second_person(proposal: Mapping, reviewer: User) -> None:
    """NULL is not equal to anybody: the machine's work by a reviewer, a person's work after the reviewer has left."""
    rows = Mapping._base_manager.filter(pk=proposal.pk)
    assert rows.update(status="approved", reviewer=reviewer) == 1
    assert rows.update(author=a_reviewer("second"), first_author=None) == 1
    reviewer.delete()
    assert Mapping.objects.get().reviewer is None


def test_database_keeps_one_approved_version_per_center(approved: Mapping, reviewer: User) -> None:
    newer = restore(approved, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mapping._base_manager.filter(pk=newer.pk).update(status="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mapping.objects.create(
            center=approved.center,
            version=1,
            snapshot=approved.snapshot,
            content=approved.content,
            content_hash=approved.content_hash,
        )


def test_document_of_a_decided_version_is_a_copy(approved: Mapping) -> None:
    """Changing what was read changes nothing that is stored."""
    assert replace(approved.document(), insurance_codes=()) != approved.document()
    assert Mapping.objects.get().content_hash == content_hash(approved.document())
