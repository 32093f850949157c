"""Nobody approves the unseen: marks per field, what resets them, and the one confirmation of the whole."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from dentalhub.models import AuditEvent
from mappings.approval import approve, reject
from mappings.document import MappingDocument
from mappings.enums import FieldVerdict, MappingStatus, ReviewPolicy
from mappings.exceptions import StaleError, TransitionError
from mappings.field_looks import comment_on, mark, progress_of, refuse_unseen
from mappings.look_subjects import known_keys, subject_of
from mappings.looks import Progress
from mappings.models import Mapping
from mappings.policy_setting import change_policy
from mappings.review_models import FieldComment, FieldDecision
from mappings.versions import edit
from tests.mappings.looking import look_at, say, seen_of
from tests.scopes import sees_all_regions

KEY = "KARTEI.BEMERKUNG"


@pytest.fixture
def second(db: None) -> User:
    user = User.objects.create_user("second")
    user.groups.add(Group.objects.get(name="reviewer"))
    sees_all_regions(user)
    return user


def with_column(document: MappingDocument, column: str) -> MappingDocument:
    kartei = document.table("KARTEI")
    fields = tuple(replace(item, column=column) if item.name == "BEMERKUNG" else item for item in kartei.fields)
    changed = replace(kartei, fields=fields)
    return replace(document, tables=tuple(changed if table is kartei else table for table in document.tables))


def test_everything_is_left_at_first(proposal: Mapping) -> None:
    found = progress_of(proposal)
    assert found.left == found.needed
    assert KEY in found.needed
    assert (found.done, found.wrong) == (0, ())


def test_mark_counts(proposal: Mapping, reviewer: User) -> None:
    say(proposal, reviewer, KEY)
    found = progress_of(proposal)
    assert (found.done, KEY in found.left) == (1, False)
    look = look_at(proposal, KEY)
    assert (look.is_right, look.person) == (True, "reviewer")
    event = AuditEvent.objects.get(action="mapping.field_marked")
    assert (event.details["field"], event.details["verdict"]) == (KEY, "right")


def test_mark_is_taken_back(proposal: Mapping, reviewer: User) -> None:
    say(proposal, reviewer, KEY)
    say(proposal, reviewer, KEY, None)
    assert progress_of(proposal).done == 0


def test_second_mark_replaces_the_first(proposal: Mapping, reviewer: User, second: User) -> None:
    say(proposal, reviewer, KEY, FieldVerdict.WRONG)
    say(proposal, second, KEY)
    assert (FieldDecision.objects.get().person, progress_of(proposal).wrong) == (second, ())


def test_changed_column_resets_only_its_mark(proposal: Mapping, admin: User, reviewer: User) -> None:
    say(proposal, reviewer, KEY)
    say(proposal, reviewer, "KARTEI.DATUM")
    edited = edit(proposal, with_column(proposal.document(), "BEMERKUNG_2_B9K"), admin)
    assert KEY in progress_of(edited).left
    assert "KARTEI.DATUM" not in progress_of(edited).left


def test_form_of_dates_and_flag_are_part_of_what_was_seen(proposal: Mapping) -> None:
    document, source = proposal.document(), proposal.snapshot.catalog()
    kartei = document.table("KARTEI")
    tables = tuple(
        replace(kartei, date_format=None, delete_flag=None) if table is kartei else table for table in document.tables
    )
    other = replace(document, tables=tables)
    changed = {key for key in known_keys() if subject_of(document, key, source) != subject_of(other, key, source)}
    assert changed == {"KARTEI.DATUM", "KARTEI.DELKZ"}


def test_own_work_cannot_be_marked_right(proposal: Mapping, reviewer: User) -> None:
    mine = edit(proposal, replace(proposal.document(), insurance_codes=()), reviewer)
    with pytest.raises(TransitionError, match="a second person must look at it"):
        say(mine, reviewer, KEY)


def test_mark_from_before_the_own_edit_does_not_count(proposal: Mapping, reviewer: User, settings: Settings) -> None:
    say(proposal, reviewer, KEY)
    mine = edit(proposal, replace(proposal.document(), insurance_codes=()), reviewer)
    assert progress_of(mine).done == 0
    settings.FOUR_EYES = False
    assert progress_of(mine).done == 1


def test_stale_page_marks_nothing(proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(StaleError):
        mark(proposal, KEY, FieldVerdict.RIGHT, reviewer, seen=replace(seen_of(proposal), content_hash="0" * 64))
    assert not FieldDecision.objects.exists()


def test_decided_version_takes_no_marks_and_comments(proposal: Mapping, reviewer: User) -> None:
    reject(proposal, reviewer, "The wrong table.")
    with pytest.raises(TransitionError, match="is decided"):
        say(proposal, reviewer, KEY)
    with pytest.raises(TransitionError, match="is decided"):
        comment_on(proposal, KEY, "Look here.", reviewer)


def test_analyst_says_nothing(proposal: Mapping, analyst: User) -> None:
    with pytest.raises(TransitionError, match="Only a reviewer or an admin"):
        say(proposal, analyst, KEY)


def test_unseen_fields_forbid_the_approval(proposal: Mapping, reviewer: User) -> None:
    """Also for a caller that forgot to ask."""
    with pytest.raises(TransitionError, match="Nobody has looked at"):
        approve(proposal, reviewer)
    assert Mapping.objects.get().status == MappingStatus.DRAFT


def test_confirmation_of_the_whole_is_recorded(proposal: Mapping, reviewer: User) -> None:
    say(proposal, reviewer, KEY)
    left = len(progress_of(proposal).left)
    approve(proposal, reviewer, all_looked_at=True)
    assert AuditEvent.objects.get(action="mapping.approved").details["taken_as_a_whole"] == left


def test_every_field_marked_needs_no_confirmation(proposal: Mapping, reviewer: User) -> None:
    for key in progress_of(proposal).needed:
        say(proposal, reviewer, key)
    assert progress_of(proposal).left == ()
    approve(proposal, reviewer, all_looked_at=False)
    assert AuditEvent.objects.get(action="mapping.approved").details["taken_as_a_whole"] == 0


def test_field_that_is_not_right_forbids_the_approval(proposal: Mapping, reviewer: User, admin: User) -> None:
    say(proposal, admin, KEY, FieldVerdict.WRONG)
    with pytest.raises(TransitionError, match=r"Marked as not right: KARTEI\.BEMERKUNG"):
        approve(proposal, reviewer, all_looked_at=True)


def test_own_work_that_is_not_right_forbids_the_approval_too(proposal: Mapping, reviewer: User, second: User) -> None:
    mine = edit(proposal, replace(proposal.document(), insurance_codes=()), reviewer)
    say(mine, reviewer, KEY, FieldVerdict.WRONG)
    with pytest.raises(TransitionError, match=r"Marked as not right: KARTEI\.BEMERKUNG"):
        approve(mine, second, all_looked_at=True)


def test_accepted_field_that_is_not_right_forbids_the_approval(proposal: Mapping, admin: User, reviewer: User) -> None:
    everything = set(progress_of(proposal).needed)
    change_policy(ReviewPolicy.PERMISSIVE, admin)
    accepted = min(everything - set(progress_of(proposal).needed))
    say(proposal, admin, accepted, FieldVerdict.WRONG)
    with pytest.raises(TransitionError, match=f"Marked as not right: {accepted}"):
        approve(proposal, reviewer, all_looked_at=True)


def test_accepted_fields_need_no_look(proposal: Mapping, admin: User) -> None:
    everything = progress_of(proposal).needed
    change_policy(ReviewPolicy.PERMISSIVE, admin)
    found = progress_of(proposal).needed
    assert set(found) < set(everything)
    assert KEY in found  # critical


@pytest.mark.parametrize(
    ("found", "confirmed", "is_refused"),
    [
        (Progress(("A", "B"), ("B",)), False, True),
        (Progress(("A", "B"), ("B",)), True, False),
        (Progress(("A", "B")), False, False),
        (Progress(), False, False),
        (Progress(("A",), (), ("A",)), True, True),
    ],
)
def test_rule(found: Progress, confirmed: bool, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(TransitionError):
            refuse_unseen(found, all_looked_at=confirmed)
    else:
        assert refuse_unseen(found, all_looked_at=confirmed) == found.left


def test_comments_stay_in_order_and_out_of_the_audit_trail(proposal: Mapping, admin: User, reviewer: User) -> None:
    comment_on(proposal, KEY, "Is this the old column?", reviewer)
    comment_on(proposal, KEY, "  No.  ", admin)
    said = [(remark.author, remark.text) for remark in look_at(proposal, KEY).remarks]
    assert said == [("reviewer", "Is this the old column?"), ("admin", "No.")]
    events = AuditEvent.objects.filter(action="mapping.field_commented")
    assert [event.details for event in events] == [{"field": KEY}] * 2


def test_empty_comment_is_refused(proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(TransitionError, match="Write something first"):
        comment_on(proposal, KEY, "   ", reviewer)
    assert not FieldComment.objects.exists()
