"""Nobody approves the own work; a network of one person does so with a reason that stays visible."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dentalhub.models import AuditEvent
from mappings.approval import approve, reject
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.file_transfer import export_text, import_text
from mappings.four_eyes import is_own_work, without_own_work
from mappings.models import Mapping, SchemaSnapshot
from mappings.versions import edit, propose_for, restore
from tests.mappings.catalogs import standard
from tests.mappings.people import a_reviewer, with_code

SECOND_PERSON = "a second person must approve it"
PAGE = "/mappings/center_01/1/"


def test_every_editor_is_kept(proposal: Mapping, reviewer: User) -> None:
    second, third = a_reviewer("second"), a_reviewer("third")
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    mapping = edit(mapping, with_code(mapping, "R"), second)
    mapping = edit(mapping, with_code(mapping, "S"), third)
    assert (mapping.first_author, mapping.author) == (reviewer, third)
    assert list(mapping.editors.order_by("pk")) == [reviewer, second, third]
    assert [is_own_work(mapping, person) for person in (reviewer, second, third)] == [True, True, True]


@pytest.mark.parametrize("column", ["author", "first_author"])
def test_author_counts_also_where_no_editor_was_kept(column: str, proposal: Mapping, reviewer: User) -> None:
    """Each of the two columns says it by itself, as the constraint of the database does."""
    Mapping._base_manager.filter(pk=proposal.pk).update(**{column: reviewer})
    stored = Mapping.objects.get()
    assert is_own_work(stored, reviewer) is True
    assert list(without_own_work(Mapping.objects.all(), reviewer)) == []
    with pytest.raises(TransitionError, match=SECOND_PERSON):
        approve(stored, reviewer, all_looked_at=True)


def test_no_editor_approves_whoever_came_last(proposal: Mapping, reviewer: User) -> None:
    second, third, fourth = (a_reviewer(name) for name in ("second", "third", "fourth"))
    mapping = proposal
    for person, code in ((reviewer, "Q"), (second, "R"), (third, "S")):
        mapping = edit(mapping, with_code(mapping, code), person)
    for person in (reviewer, second, third):
        with pytest.raises(TransitionError, match=SECOND_PERSON):
            approve(mapping, person, reason="I am sure.", all_looked_at=True)
    assert [list(without_own_work(Mapping.objects.all(), person)) for person in (reviewer, second, third)] == [[]] * 3
    assert list(without_own_work(Mapping.objects.all(), fourth)) == [mapping]
    assert approve(mapping, fourth, all_looked_at=True).four_eyes_waived is False


def test_taking_back_the_own_change_is_work_too(proposal: Mapping, reviewer: User) -> None:
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    mapping = edit(mapping, proposal.document(), a_reviewer("second"))
    with pytest.raises(TransitionError, match=SECOND_PERSON):
        approve(mapping, reviewer, all_looked_at=True)


def test_saving_without_a_change_makes_no_editor(proposal: Mapping, reviewer: User) -> None:
    mapping = edit(proposal, proposal.document(), reviewer)
    assert approve(mapping, reviewer, all_looked_at=True).status == MappingStatus.APPROVED


def test_asking_for_a_proposal_is_no_work(proposal: Mapping, reviewer: User) -> None:
    mapping = propose_for(proposal.center, store_catalog(proposal.center, standard()).snapshot, reviewer)
    assert approve(mapping, reviewer, all_looked_at=True).four_eyes_waived is False


def test_restored_work_that_nobody_approved_is_still_its_editors(proposal: Mapping, reviewer: User) -> None:
    second = a_reviewer("second")
    mapping = reject(edit(proposal, with_code(proposal, "Q"), reviewer), reviewer, "not yet")
    restored = restore(mapping, second)
    assert (restored.author, set(restored.editors.all())) == (second, {reviewer, second})
    for person in (reviewer, second):
        with pytest.raises(TransitionError, match=SECOND_PERSON):
            approve(restored, person, all_looked_at=True)


def test_restored_work_that_was_approved_is_only_its_restorers(proposal: Mapping, reviewer: User) -> None:
    second = a_reviewer("second")
    approved = approve(edit(proposal, with_code(proposal, "Q"), reviewer), second, all_looked_at=True)
    restored = restore(approved, second)
    assert list(restored.editors.all()) == [second]
    assert approve(restored, reviewer, all_looked_at=True).status == MappingStatus.APPROVED


def test_restored_work_that_was_approved_alone_is_still_its_editors(
    proposal: Mapping, reviewer: User, settings: Settings
) -> None:
    settings.FOUR_EYES = False
    alone = approve(
        edit(proposal, with_code(proposal, "Q"), reviewer), reviewer, reason="I am alone.", all_looked_at=True
    )
    settings.FOUR_EYES = True
    restored = restore(alone, a_reviewer("second"))
    with pytest.raises(TransitionError, match=SECOND_PERSON):
        approve(restored, reviewer, all_looked_at=True)


def test_restored_draft_that_gave_way_is_still_its_editors(proposal: Mapping, reviewer: User) -> None:
    """Superseded without a decision, it was never approved by anybody."""
    second = a_reviewer("second")
    proposal.editors.add(second)
    propose_for(proposal.center, store_catalog(proposal.center, standard()).snapshot)
    origin = Mapping.objects.get(version=1)
    assert (origin.status, origin.decided_at) == (MappingStatus.SUPERSEDED, None)
    assert set(restore(origin, reviewer).editors.all()) == {reviewer, second}


def test_file_over_unapproved_work_is_still_its_editors(proposal: Mapping, reviewer: User) -> None:
    second = a_reviewer("second")
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    text = export_text(mapping).replace('"Q": "GKV"', '"Q": "PKV"')
    imported = import_text(text, second).mapping
    assert (imported.version, set(imported.editors.all())) == (2, {reviewer, second})


def test_queue_leaves_out_the_own_work(proposal: Mapping, reviewer: User) -> None:
    second, third = a_reviewer("second"), a_reviewer("third")
    everything = Mapping.objects.all()
    assert list(without_own_work(everything, reviewer)) == [proposal]
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    edit(mapping, with_code(mapping, "R"), second)
    found = [list(without_own_work(everything, person)) for person in (reviewer, second, third)]
    assert found == [[], [], [proposal]]


def test_network_of_one_records_the_waiver(proposal: Mapping, reviewer: User, settings: Settings) -> None:
    settings.FOUR_EYES = False
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    for reason in ("", "   "):
        with pytest.raises(TransitionError, match="say why you approve it alone"):
            approve(mapping, reviewer, reason=reason, all_looked_at=True)
    approve(mapping, reviewer, reason=" I am alone. ", all_looked_at=True)
    stored = Mapping.objects.get()
    assert (stored.four_eyes_waived, stored.reason, stored.reviewer) == (True, "I am alone.", reviewer)
    details = AuditEvent.objects.get(action="mapping.approved").details
    assert (details["four_eyes_waived"], details["reason"]) == (True, "I am alone.")


def test_second_person_in_a_network_of_one_waives_nothing(
    proposal: Mapping, reviewer: User, settings: Settings
) -> None:
    settings.FOUR_EYES = False
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    assert approve(mapping, a_reviewer("second"), all_looked_at=True).four_eyes_waived is False
    assert AuditEvent.objects.get(action="mapping.approved").details["four_eyes_waived"] is False


def test_page_of_a_network_of_one_warns_and_later_shows_it(
    proposal: Mapping, snapshot: SchemaSnapshot, reviewer: User, client_of: Callable[[User], Client], settings: Settings
) -> None:
    settings.FOUR_EYES = False
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    browser = client_of(reviewer)
    page = browser.get(PAGE)
    assert [page.context[name] for name in ("is_own", "is_waiver", "may_approve")] == [True, True, True]
    assert "This network allows you to approve it alone: say why." in page.content.decode()
    seen = {"content_hash": mapping.content_hash, "fingerprint": snapshot.fingerprint}
    seen |= {"approved": "0", "all_looked_at": "on"}
    refused = browser.post(f"{PAGE}approve", seen)
    assert (refused.status_code, "say why you approve it alone" in refused.content.decode()) == (409, True)
    assert browser.post(f"{PAGE}approve", {**seen, "reason": "I am alone."}).status_code == 302
    assert "approved alone by a person who had edited it" in browser.get(PAGE).content.decode()


def test_page_of_an_editor_offers_no_approval(
    proposal: Mapping, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    mapping = edit(proposal, with_code(proposal, "Q"), reviewer)
    edit(mapping, with_code(mapping, "R"), a_reviewer("second"))
    context = client_of(reviewer).get(PAGE).context
    assert [context[name] for name in ("is_own", "is_waiver", "may_decide", "may_approve")] == [
        True,
        False,
        True,
        False,
    ]
