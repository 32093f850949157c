"""What needs a look is not approved among others without anybody having looked."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mappings.alike_preview import Sureness, preview
from mappings.alike_versions import groups_for
from mappings.bulk_approval import Choice, approve_alike, undo
from mappings.digest import digest
from mappings.discovery import store_catalog
from mappings.document import Evidence, FieldMapping, MappingDocument
from mappings.enums import FieldVerdict, ReviewPolicy
from mappings.models import LearnedName, Mapping
from mappings.policy_setting import change_policy
from mappings.review_load import Need, new_needs
from mappings.versions import edit, new_version
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.looking import say
from tests.mappings.people import a_reviewer
from tests.mappings.plain_mappings import approved_center, plain_mapping
from tests.mappings.test_bulk_approval import changed_centers, choices, names, outcome
from tests.mappings.test_bulk_pages import APPROVE, preview_of, ticked

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
POLICIES = tuple(ReviewPolicy)
FLAG = (Evidence("quality_empty", 0.0),)
REFUSAL = "Nobody has looked at KARTEI.BEMERKUNG yet."
NOWHERE = "In doubt, and marked as right in none of these centers: KARTEI.BEMERKUNG. Open one of them and look at it."


def with_note(
    column: str = "BEMERKUNG_2", confidence: float = 0.7, flags: tuple[Evidence, ...] = ()
) -> MappingDocument:
    """The plain mapping with another choice for the chart entry."""
    document = plain_mapping()
    tables = tuple(
        replace(
            table,
            fields=tuple(
                FieldMapping(item.name, column, confidence, flags=flags) if item.name == "BEMERKUNG" else item
                for item in table.fields
            ),
        )
        if table.name == "KARTEI"
        else table
        for table in document.tables
    )
    return replace(document, tables=tables)


def with_place() -> MappingDocument:
    """The plain mapping with a name for the first name of patients that it never had."""
    document = plain_mapping()
    first, *others = document.tables
    fields = tuple(replace(item, column="P_ORT") if item.name == "P_VORNAME" else item for item in first.fields)
    return replace(document, tables=(replace(first, fields=fields), *others))


def drafts(approver: User, *documents: MappingDocument, first: int = 1) -> list[Mapping]:
    """A machine's draft over an approved version for each of these."""
    found = []
    for number, document in enumerate(documents, start=first):
        center = approved_center(number, approver)
        snapshot = center.mappings.get().snapshot
        found.append(new_version(center, snapshot, document, author=None, generated=True))
    return found


def choice_of(mapping: Mapping) -> Choice:
    """As a preview would show it."""
    return Choice(mapping.pk, mapping.content_hash, 1, mapping.snapshot.fingerprint)


def needs(before: MappingDocument, after: MappingDocument, policy: ReviewPolicy) -> tuple[Need, ...]:
    return new_needs(digest(before), digest(after), policy)


@pytest.mark.parametrize("policy", POLICIES)
def test_unsure_choice_that_changed_needs_a_look(policy: ReviewPolicy) -> None:
    assert needs(plain_mapping(), with_note(), policy) == (Need("KARTEI.BEMERKUNG", "BEMERKUNG2", is_doubt=True),)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_stayed_as_it_was_approved_needs_no_look(policy: ReviewPolicy) -> None:
    assert needs(with_note(), with_note(), policy) == ()
    assert needs(plain_mapping(), plain_mapping(), policy) == ()


def test_certain_choice_that_changed_needs_a_look_where_the_policy_says_so() -> None:
    """The chart entry is critical: no policy takes it unseen."""
    expected = (Need("KARTEI.BEMERKUNG", "BEMERKUNG2", is_doubt=False),)
    assert [needs(plain_mapping(), with_note(confidence=1.0), policy) for policy in POLICIES] == [expected] * 3


def test_what_stayed_and_is_flagged_now_needs_a_look() -> None:
    flagged = with_note("BEMERKUNG", 0.96, FLAG)
    assert needs(plain_mapping(), flagged, ReviewPolicy.CONSERVATIVE) == (
        Need("KARTEI.BEMERKUNG", "BEMERKUNG", is_doubt=True),
    )
    assert needs(flagged, plain_mapping(), ReviewPolicy.CONSERVATIVE) == ()


def test_everything_of_a_first_version_is_new() -> None:
    found = new_needs(None, digest(plain_mapping()), ReviewPolicy.CONSERVATIVE)
    tables = plain_mapping().tables
    assert len(found) == len(tables) + sum(len(table.fields) for table in tables)


def test_nothing_is_approved_unseen(reviewer: User) -> None:
    made = drafts(a_reviewer("second"), with_note(), with_note())
    (group,) = groups_for(reviewer)
    assert group.needs == (Need("KARTEI.BEMERKUNG", "BEMERKUNG2", is_doubt=True),)
    assert preview(group.candidates)[0].sureness == (Sureness("KARTEI.BEMERKUNG", "BEMERKUNG_2", 70),)
    assert outcome(approve_alike(choices(group), reviewer)) == [(str(item), REFUSAL) for item in made]
    ticked_only = approve_alike(choices(group), reviewer, all_looked_at=True)
    assert outcome(ticked_only) == [(str(item), NOWHERE) for item in made]
    say(made[1], reviewer, "KARTEI.BEMERKUNG")
    done = approve_alike(choices(group), reviewer, all_looked_at=True)
    assert outcome(done) == [(str(item), "") for item in made]


def test_mark_in_another_center_covers_only_the_same_choice(reviewer: User) -> None:
    """Two groups ticked in one form: what was looked at in one says nothing about the other."""
    second = a_reviewer("second")
    one, _same = drafts(second, with_note(), with_note())
    other = drafts(second, with_note("BEMERKUNG_3"), first=3)[0]
    say(one, reviewer, "KARTEI.BEMERKUNG")
    ticked_all = [*choices(groups_for(reviewer)[0]), choice_of(other)]
    results = dict(outcome(approve_alike(ticked_all, reviewer, all_looked_at=True)))
    assert (results[str(one)], results[str(other)]) == ("", NOWHERE)


def test_mark_that_does_not_hold_any_more_covers_nothing(reviewer: User, admin: User) -> None:
    """Taken back, said of another column, or of the own work."""
    one, other = drafts(a_reviewer("second"), with_note(), with_note())
    (group,) = groups_for(reviewer)
    say(one, reviewer, "KARTEI.BEMERKUNG")
    say(one, reviewer, "KARTEI.BEMERKUNG", None)
    say(other, reviewer, "KARTEI.BEMERKUNG", FieldVerdict.WRONG)
    say(other, reviewer, "KARTEI.DATUM")
    results = dict(outcome(approve_alike(choices(group), reviewer, all_looked_at=True)))
    assert results == {str(one): NOWHERE, str(other): NOWHERE}
    say(other, admin, "KARTEI.BEMERKUNG")
    edit(other, with_note("BEMERKUNG_9"), a_reviewer("third"))
    results = dict(outcome(approve_alike(choices(group), reviewer, all_looked_at=True)))
    assert results[str(one)] == NOWHERE


def test_approved_version_that_is_gone_is_told_before_any_doubt(reviewer: User) -> None:
    """Without it everything would be new, and in doubt; what the reviewer has to know is that it is gone."""
    drafts(a_reviewer("second"), with_note(), with_note())
    ticked_all = choices(groups_for(reviewer)[0])
    Mapping.objects.filter(status="approved").update(status="superseded")
    refusals = {refusal for _name, refusal in outcome(approve_alike(ticked_all, reviewer, all_looked_at=True))}
    assert refusals == {"No version is approved any more since you opened version 2. Look at it again, then decide."}


def test_what_needs_a_look_must_be_alike_too(reviewer: User) -> None:
    """The same change, of which the machine is sure in one center and not in the others."""
    drafts(a_reviewer("second"), with_note(confidence=0.99), with_note(), with_note(confidence=0.6))
    assert [names(group) for group in groups_for(reviewer)] == [["center_02 v2", "center_03 v2"]]


def test_change_that_needs_no_look_is_approved_without_the_word(reviewer: User, admin: User) -> None:
    changed_centers(2, a_reviewer("second"), admin)
    (group,) = groups_for(reviewer)
    assert group.needs == ()
    assert {refusal for _name, refusal in outcome(approve_alike(choices(group), reviewer))} == {""}


def test_undone_first_versions_teach_nothing_any_more(reviewer: User) -> None:
    for number in (1, 2):
        center = make_center(number)
        new_version(center, store_catalog(center, standard()).snapshot, with_place(), author=None, generated=True)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer, all_looked_at=True)
    assert set(LearnedName.objects.values_list("canonical", "name_key")) == {("PATIENT.P_VORNAME", "PORT")}
    undo(bulk, reviewer)
    assert not LearnedName.objects.exists()


def test_policy_that_changed_since_the_preview_is_minded(reviewer: User, admin: User) -> None:
    change_policy(ReviewPolicy.PERMISSIVE, admin)
    drafts(a_reviewer("second"), with_place(), with_place())
    (group,) = groups_for(reviewer)
    assert group.needs == ()
    change_policy(ReviewPolicy.CONSERVATIVE, admin)
    refusals = {refusal for _name, refusal in outcome(approve_alike(choices(group), reviewer))}
    assert refusals == {"Nobody has looked at PATIENT.P_VORNAME yet."}


def test_page_says_what_needs_a_look_and_asks_for_the_word(reviewer: User, client_of: SignIn) -> None:
    made = drafts(a_reviewer("second"), with_note(), with_note())
    client = client_of(reviewer)
    text = client.get(preview_of(client)).content.decode()
    assert text.count("needs a look") == 3  # the common change, and each of two centers
    assert "Marked as right in none of these centers:" in text
    assert 'id="all-looked-at"' not in text
    assert text.count(" disabled>") == 1  # the button
    say(made[0], reviewer, "KARTEI.BEMERKUNG")
    text = client.get(preview_of(client)).content.decode()
    assert text.count("needs a look") == 4  # now the word is asked for, too
    assert 'id="all-looked-at" name="all_looked_at" required' in text
    assert " disabled>" not in text
    values = ticked(client)
    refused = client.post(APPROVE, {"version": values}, follow=True).content.decode()
    assert "Centers: 0 approved, 2 refused, 0 undone." in refused
    assert REFUSAL in refused
    done = client.post(APPROVE, {"version": values, "all_looked_at": "on"}, follow=True).content.decode()
    assert "Centers: 2 approved, 0 refused, 0 undone." in done


def test_page_names_what_stayed_and_is_in_doubt_now(reviewer: User, client_of: SignIn) -> None:
    document = with_note("BEMERKUNG", 0.96, FLAG)
    coded = replace(document, insurance_codes=(("P", "PKV"), ("G", "GKV")))
    drafts(a_reviewer("second"), coded, coded)
    client = client_of(reviewer)
    text = client.get(preview_of(client)).content.decode()
    assert "Not changed, and in doubt since" in text
    assert [need.field for need in client.get(preview_of(client)).context["stayed"]] == ["KARTEI.BEMERKUNG"]
