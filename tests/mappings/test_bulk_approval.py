from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db.models import F, Q

from centers.models import Center
from dentalhub.models import AuditEvent
from mappings import bulk_approval
from mappings.alike import CommonChange, common_changes, key_of
from mappings.alike_preview import preview
from mappings.alike_versions import Group, groups_for
from mappings.approval import approve, reject
from mappings.bulk_approval import Choice, approve_alike, undo
from mappings.digest import digest
from mappings.discovery import store_catalog
from mappings.document import MappingDocument
from mappings.exceptions import TransitionError
from mappings.models import BulkApproval, LearnedName, Mapping
from mappings.queries import approved_mapping, newest_fingerprint
from mappings.versions import edit, new_version, restore
from tests.mappings.catalogs import standard, table
from tests.mappings.conftest import make_center
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.plain_mappings import approved_center, plain_draft, plain_mapping
from tests.mappings.test_drift_state import renamed
from tests.mappings.test_review_queue import unsure

pytestmark = pytest.mark.django_db


def changed_centers(count: int, reviewer: User, author: User, code: str = "G") -> list[Mapping]:
    """Approved centers, in each of which `author` drafted one more insurance code."""
    found = []
    for number in range(1, count + 1):
        center = approved_center(number, reviewer)
        draft = restore(center.mappings.get(), author)
        found.append(edit(draft, with_code(draft, code), author))
    return found


def choices(group: Group) -> list[Choice]:
    """All of `group`, as its preview shows them."""
    return [
        Choice(
            item.candidate.mapping.pk,
            item.candidate.mapping.content_hash,
            item.approved,
            item.fingerprint,
        )
        for item in preview(group.candidates)
    ]


def names(group: Group) -> list[str]:
    return [str(candidate.mapping) for candidate in group.candidates]


def outcome(bulk: BulkApproval) -> list[tuple[str, str]]:
    return [(str(item.mapping), item.refusal) for item in bulk.items.select_related("mapping__center")]


def with_names(document: MappingDocument, affixes: Sequence[str]) -> MappingDocument:
    """`document` in a source that puts these affixes on all names, but for those that sources leave alone."""
    counter = iter(list(affixes) * 20)
    tables = tuple(
        replace(
            table,
            table=f"{table.table}_{next(counter)}",
            fields=tuple(
                item if item.name in {"ID", "DELKZ"} else replace(item, column=f"{item.column}_{next(counter)}")
                for item in table.fields
            ),
        )
        for table in document.tables
    )
    return replace(document, tables=tables)


def test_affixes_make_no_difference() -> None:
    one, other = with_names(plain_mapping(), ["MN", "X7", "3A4"]), with_names(plain_mapping(), ["QW2", "B9K"])
    assert common_changes(None, digest(one)) == common_changes(None, digest(other))
    assert CommonChange("KARTEI", "", "ck.KARTEI") in common_changes(None, digest(one))
    assert CommonChange("KARTEI.PATNR", "", "PATNR") in common_changes(None, digest(one))


def test_new_affix_is_a_change() -> None:
    one, other = with_names(plain_mapping(), ["MN", "X7", "3A4"]), with_names(plain_mapping(), ["QW2", "B9K"])
    found = common_changes(digest(one), digest(other))
    assert {change.only_affix for change in found} == {True}
    assert common_changes(digest(one), digest(one)) == ()


@pytest.mark.parametrize(
    "other",
    [
        replace(plain_mapping(), insurance_codes=(("P", "PKV"), ("G", "GKV"))),
        replace(plain_mapping(), patient_id_form=None),
        replace(plain_mapping(), tables=plain_mapping().tables[:-1]),
    ],
)
def test_any_other_decision_makes_another_key(other: MappingDocument) -> None:
    keys = [key_of(common_changes(None, digest(item)), (), is_first=True) for item in (other, plain_mapping())]
    assert keys[0] != keys[1]


def test_first_version_is_never_like_a_later_one() -> None:
    assert key_of((), (), is_first=True) != key_of((), (), is_first=False)


def test_identical_changes_are_one_group(reviewer: User, admin: User) -> None:
    changed_centers(3, reviewer, admin)
    odd = approved_center(4, reviewer)
    restored = restore(odd.mappings.get(), admin)
    edit(restored, with_code(restored, "X"), admin)
    (group,) = groups_for(reviewer)
    assert names(group) == ["center_01 v2", "center_02 v2", "center_03 v2"]
    assert group.changes == (CommonChange("insurance_codes.G", "", "GKV"),)
    assert group.is_first is False


def test_own_work_is_in_no_group(reviewer: User, admin: User) -> None:
    changed_centers(3, a_reviewer("second"), reviewer)
    assert groups_for(reviewer) == []
    assert len(groups_for(a_reviewer("third"))) == 1


def test_version_that_changes_nothing_is_in_no_group(reviewer: User, admin: User) -> None:
    for number in (1, 2):
        restore(approved_center(number, reviewer).mappings.get(), admin)
    assert groups_for(reviewer) == []


def test_newest_open_version_stands_for_its_center(reviewer: User) -> None:
    for number in (1, 2):
        plain_draft(make_center(number))
    plain_draft(Center.objects.get(center_id="center_01"))
    assert names(groups_for(reviewer)[0]) == ["center_01 v2", "center_02 v1"]


def test_each_center_is_approved_by_itself(reviewer: User, admin: User) -> None:
    drafts = changed_centers(3, a_reviewer("second"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    assert outcome(bulk) == [(str(draft), "") for draft in drafts]
    assert [approved_mapping(draft.center) for draft in drafts] == drafts
    events = AuditEvent.objects.filter(action="mapping.approved", actor=reviewer).order_by("pk")
    assert [event.target for event in events] == [f"mappings.mapping:{draft}" for draft in drafts]
    assert groups_for(reviewer) == []


def test_one_refusal_stops_no_other(reviewer: User, admin: User) -> None:
    first, second, third = changed_centers(3, a_reviewer("second"), admin)
    ticked = choices(groups_for(reviewer)[0])
    edit(first, with_code(first, "X"), admin)
    reject(second, reviewer, "no")
    results = dict(outcome(approve_alike(ticked, reviewer)))
    assert "was changed after you opened it" in results[str(first)]
    assert "already rejected" in results[str(second)]
    assert results[str(third)] == ""


def test_difference_to_another_version_was_not_seen(reviewer: User, admin: User) -> None:
    first, _second = changed_centers(2, a_reviewer("second"), admin)
    ticked = choices(groups_for(reviewer)[0])
    between = new_version(first.center, first.snapshot, with_code(first, "Z"), author=admin, generated=False)
    approve(between, reviewer, all_looked_at=True)
    results = dict(outcome(approve_alike(ticked, reviewer)))
    assert results[str(first)].startswith("Version 3 was approved after you opened version 2")
    assert approved_mapping(first.center) == between


def test_newer_schema_was_not_seen(reviewer: User, admin: User) -> None:
    first, second = changed_centers(2, a_reviewer("second"), admin)
    ticked = choices(groups_for(reviewer)[0])
    store_catalog(first.center, renamed())
    results = dict(outcome(approve_alike(ticked, reviewer)))
    assert "schema changed" in results[str(first)]
    assert results[str(second)] == ""


def test_newer_schema_of_other_tables_was_not_seen_either(reviewer: User, admin: User) -> None:
    first, second = changed_centers(2, a_reviewer("second"), admin)
    ticked = choices(groups_for(reviewer)[0])
    store_catalog(first.center, standard(extra=[table("TERMIN_BAK", 10, "ID int, STATUS int")]))
    results = dict(outcome(approve_alike(ticked, reviewer)))
    assert results[str(first)].startswith("Other tables of the source changed after you opened version 2")
    assert results[str(second)] == ""
    again = Choice(first.pk, first.content_hash, 1, newest_fingerprint(first.center) or "")
    assert outcome(approve_alike([again], reviewer)) == [(str(first), "")]


def test_own_work_is_refused_though_ticked(reviewer: User, admin: User) -> None:
    second = a_reviewer("second")
    drafts = changed_centers(2, second, admin)
    ticked = choices(groups_for(reviewer)[0])
    edit(drafts[0], with_code(drafts[0], "X"), reviewer)
    fresh = [replace(ticked[0], content_hash=Mapping.objects.get(pk=drafts[0].pk).content_hash), ticked[1]]
    results = dict(outcome(approve_alike(fresh, reviewer)))
    assert "a second person must approve it" in results[str(drafts[0])]


def test_first_versions_are_approved_together_when_certain(reviewer: User) -> None:
    drafts = [plain_draft(make_center(number)) for number in (1, 2)]
    (group,) = groups_for(reviewer)
    assert group.is_first is True
    assert [item.problems for item in preview(group.candidates)] == [(), ()]
    done = approve_alike(choices(group), reviewer, all_looked_at=True)
    assert outcome(done) == [(str(draft), "") for draft in drafts]


def test_first_version_in_doubt_needs_a_look_of_its_own(reviewer: User) -> None:
    for number in (1, 2):
        center = make_center(number)
        new_version(center, store_catalog(center, standard()).snapshot, unsure(), author=None, generated=True)
    (group,) = groups_for(reviewer)
    sentence = "1 table or field is not certain: open this version."
    assert [item.problems for item in preview(group.candidates)] == [(sentence,), (sentence,)]
    assert {refusal for _name, refusal in outcome(approve_alike(choices(group), reviewer))} == {sentence}


def test_failed_check_is_in_the_preview(reviewer: User) -> None:
    for number in (1, 2):
        store_catalog(plain_draft(make_center(number)).center, renamed())
    problems = preview(groups_for(reviewer)[0].candidates)[0].problems
    assert any("schema changed" in problem for problem in problems)


def test_nothing_ticked_is_said(reviewer: User) -> None:
    with pytest.raises(TransitionError, match="Tick at least one center"):
        approve_alike([], reviewer)
    with pytest.raises(TransitionError, match="Tick at least one center"):
        approve_alike([Choice(999, "a" * 64, 0, "b" * 64)], reviewer)


def test_too_many_are_not_begun(reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        plain_draft(make_center(number))
    monkeypatch.setattr(bulk_approval, "MOST_AT_ONCE", 1)
    with pytest.raises(TransitionError, match="At most 1 centers"):
        approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    assert BulkApproval.objects.count() == 0


def test_only_reviewers_approve_and_undo(reviewer: User, admin: User) -> None:
    plain_draft(make_center(1))
    plain_draft(make_center(2))
    ticked = choices(groups_for(reviewer)[0])
    with pytest.raises(TransitionError, match="Only a reviewer"):
        approve_alike(ticked, admin)
    with pytest.raises(TransitionError, match="Only a reviewer"):
        undo(approve_alike(ticked, reviewer), admin)


def assert_invariants() -> None:
    """At most one approved version per center, none approved by its author."""
    approved = Mapping.objects.filter(status="approved")
    assert approved.count() == approved.values("center").distinct().count()
    assert approved.filter(Q(reviewer=F("author")) | Q(reviewer=F("first_author"))).count() == 0


def test_undo_brings_back_what_extracted_before(reviewer: User, admin: User) -> None:
    drafts = changed_centers(3, a_reviewer("second"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    undo(bulk, reviewer)
    for draft in drafts:
        former, now = draft.center.mappings.get(version=1), approved_mapping(draft.center)
        assert now is not None
        assert (now.version, now.content_hash, now.reviewer) == (3, former.content_hash, reviewer)
        assert (now.author, now.generated) == (former.author, former.generated)
        assert now.reason == "Undo of version 2."
        statuses = list(draft.center.mappings.order_by("version").values_list("status", flat=True))
        assert statuses == ["superseded", "superseded", "approved"]
    assert AuditEvent.objects.filter(action="mapping.approval_undone").count() == 3
    assert_invariants()


def test_undo_twice_changes_nothing(reviewer: User, admin: User) -> None:
    changed_centers(2, a_reviewer("second"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    undo(bulk, reviewer)
    undo(bulk, reviewer)
    assert Mapping.objects.count() == 6
    assert [item.undo_refusal for item in bulk.items.all()] == ["", ""]


def test_undo_leaves_what_was_decided_since(reviewer: User, admin: User) -> None:
    first, second = changed_centers(2, a_reviewer("second"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    later = restore(first, admin)
    approve(edit(later, with_code(later, "Z"), admin), reviewer, all_looked_at=True)
    undo(bulk, reviewer)
    assert approved_mapping(first.center) == later
    items = {str(item.mapping): item for item in bulk.items.select_related("mapping__center")}
    assert items[str(first)].undo_refusal == "Somebody has decided about this center since. It stays as it is."
    assert items[str(second)].undone_by == approved_mapping(second.center)


def test_undo_leaves_what_was_refused_and_approved_later(reviewer: User, admin: User) -> None:
    """That decision was another one, with a look of its own."""
    first, second = changed_centers(2, a_reviewer("second"), admin)
    stale = [replace(choice, content_hash="0" * 64) for choice in choices(groups_for(reviewer)[0])[:1]]
    bulk = approve_alike([*stale, *choices(groups_for(reviewer)[0])[1:]], reviewer)
    approve(first, reviewer, all_looked_at=True)
    undo(bulk, reviewer)
    assert approved_mapping(first.center) == first
    items = {str(item.mapping): item for item in bulk.items.select_related("mapping__center")}
    assert (items[str(first)].undone_by, items[str(first)].undo_refusal) == (None, "")
    assert items[str(second)].undone_by == approved_mapping(second.center)


def test_author_of_the_former_content_cannot_undo(reviewer: User, admin: User) -> None:
    """Four eyes: what comes back is approved by somebody who did not write it."""
    author, second = a_reviewer("author"), a_reviewer("second")
    for number in (1, 2):
        draft = plain_draft(make_center(number))
        edited = approve(edit(draft, with_code(draft, "A"), author), second, all_looked_at=True)
        later = restore(edited, admin)
        edit(later, with_code(later, "B"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    undo(bulk, author)
    assert all("a second person must approve it" in item.undo_refusal for item in bulk.items.all())
    assert Mapping.objects.count() == 4
    undo(bulk, reviewer)
    assert [item.undo_refusal for item in bulk.items.all()] == ["", ""]
    assert Mapping.objects.filter(status="approved", version=3, author=author, reviewer=reviewer).count() == 2
    assert_invariants()


def test_undo_does_not_bring_back_what_the_source_lacks(reviewer: User, admin: User) -> None:
    first, second = changed_centers(2, a_reviewer("second"), admin)
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer)
    store_catalog(first.center, renamed())
    undo(bulk, reviewer)
    items = {str(item.mapping): item for item in bulk.items.select_related("mapping__center")}
    assert "cannot be approved" in items[str(first)].undo_refusal
    assert approved_mapping(first.center) == first
    assert items[str(second)].undo_refusal == ""


def test_undo_of_first_versions_leaves_nothing_approved(reviewer: User) -> None:
    drafts = [plain_draft(make_center(number)) for number in (1, 2)]
    bulk = approve_alike(choices(groups_for(reviewer)[0]), reviewer, all_looked_at=True)
    undo(bulk, reviewer)
    for draft in drafts:
        assert approved_mapping(draft.center) is None
        versions = draft.center.mappings.order_by("version")
        assert [(item.status, item.content_hash) for item in versions] == [
            ("superseded", draft.content_hash),
            ("draft", draft.content_hash),
        ]
    assert LearnedName.objects.count() == 0
    assert len(groups_for(reviewer)[0].candidates) == 2
