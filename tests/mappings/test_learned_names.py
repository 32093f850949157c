import pytest
from django.contrib.auth.models import Group, User

from dentalhub.models import AuditEvent
from mappings.approval import approve, reject
from mappings.enums import Verdict
from mappings.exceptions import TransitionError
from mappings.learned_names import current_vocabulary, forget, learn, own_vocabulary, remember
from mappings.models import ImportedName, LearnedName, Mapping
from mappings.versions import restore
from mappings.vocabulary import Name, Standing
from tests.mappings.taught import PLAIN, PLAIN_NAMES, draft, draft_of, version
from tests.scopes import sees_all_regions

pytestmark = pytest.mark.django_db
NOTE = ("KARTEI.BEMERKUNG", "NOTIZ")
WRONG_DATE = version(columns={**PLAIN, "DATUM": "Erfasst_am"})
WRONG = ("KARTEI.DATUM", "ERFASSTAM")


@pytest.fixture
def second_reviewer(db: None) -> User:
    person = User.objects.create_user("second")
    person.groups.add(Group.objects.get(name="reviewer"))
    sees_all_regions(person)
    return person


def taught() -> dict[Name, str]:
    return {(row.canonical, row.name_key): row.verdict for row in LearnedName.objects.all()}


def test_approval_teaches_its_names(reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    assert taught() == dict.fromkeys(PLAIN_NAMES, Verdict.CONFIRMED)
    assert {row.mapping for row in LearnedName.objects.all()} == {mapping}
    assert own_vocabulary().standing(*NOTE) == Standing(1, 0)


def test_every_center_counts_once(reviewer: User) -> None:
    for number in (1, 2, 3):
        approve(draft_of(number), reviewer, all_looked_at=True)
    assert current_vocabulary().standing(*NOTE) == Standing(3, 0)


def test_approving_again_counts_nothing_twice(reviewer: User, second_reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    before = set(LearnedName.objects.values_list("pk", flat=True))
    newer = approve(restore(mapping, reviewer), second_reviewer, all_looked_at=True)
    assert set(LearnedName.objects.values_list("pk", flat=True)) == before
    assert {row.mapping for row in LearnedName.objects.all()} == {newer}
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0)


def test_learning_twice_changes_nothing(reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    before = list(LearnedName.objects.values())
    learn(mapping.center)
    assert list(LearnedName.objects.values()) == before


def test_newer_approval_replaces_what_the_older_one_taught(reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    approve(draft(mapping.center, version(columns={**PLAIN, "BEMERKUNG": "Freitext"})), reviewer, all_looked_at=True)
    assert taught() == dict.fromkeys({*PLAIN_NAMES - {NOTE}, ("KARTEI.BEMERKUNG", "FREITEXT")}, Verdict.CONFIRMED)


def test_of_two_approvals_at_once_one_teaches(reviewer: User, second_reviewer: User) -> None:
    mapping = draft_of(1)
    mine, theirs = Mapping.objects.get(pk=mapping.pk), Mapping.objects.get(pk=mapping.pk)
    approve(mine, reviewer, all_looked_at=True)
    with pytest.raises(TransitionError, match="already approved"):
        approve(theirs, second_reviewer, all_looked_at=True)
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0)


def test_refused_approval_teaches_nothing(reviewer: User) -> None:
    content = version(columns={"ID": "EINTRAGS_ID"})
    with pytest.raises(TransitionError, match="cannot be approved"):
        approve(draft_of(1, content), reviewer, all_looked_at=True)
    assert taught() == {}


def test_rejection_counts_against_its_names(reviewer: User) -> None:
    reject(draft_of(1), reviewer, "The wrong table.")
    assert current_vocabulary().standing(*NOTE) == Standing(0, 1)


def test_later_approval_clears_what_was_right_in_a_rejected_version(reviewer: User) -> None:
    rejected = reject(draft_of(1, WRONG_DATE), reviewer, "Not the day of treatment.")
    approve(draft(rejected.center, version()), reviewer, all_looked_at=True)
    assert taught() == {**dict.fromkeys(PLAIN_NAMES, Verdict.CONFIRMED), WRONG: Verdict.REJECTED}
    assert LearnedName.objects.get(verdict=Verdict.REJECTED).mapping == rejected


def test_rejection_after_an_approval_counts_against_the_difference_only(reviewer: User) -> None:
    approved = approve(draft_of(1), reviewer, all_looked_at=True)
    reject(draft(approved.center, WRONG_DATE), reviewer, "The old date was right.")
    assert taught() == {**dict.fromkeys(PLAIN_NAMES, Verdict.CONFIRMED), WRONG: Verdict.REJECTED}


def test_rejected_name_that_is_approved_later_is_confirmed(reviewer: User) -> None:
    rejected = reject(draft_of(1), reviewer, "Look again.")
    approve(draft(rejected.center, version()), reviewer, all_looked_at=True)
    assert taught() == dict.fromkeys(PLAIN_NAMES, Verdict.CONFIRMED)


def test_deleted_center_is_forgotten(reviewer: User) -> None:
    for number in (1, 2):
        approve(draft_of(number), reviewer, all_looked_at=True)
    first = LearnedName.objects.earliest("pk").center
    Mapping._base_manager.filter(center=first).delete()
    first.delete()
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0)


def test_center_does_not_vouch_for_itself(reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    assert current_vocabulary(except_for=mapping.center).entries == {}
    approve(draft_of(2), reviewer, all_looked_at=True)
    assert current_vocabulary(except_for=mapping.center).standing(*NOTE) == Standing(1, 0)


def test_forgotten_name_has_no_say_until_it_is_remembered(reviewer: User) -> None:
    approve(draft_of(1), reviewer, all_looked_at=True)
    approve(draft_of(2), reviewer, all_looked_at=True)
    ImportedName.objects.create(canonical=NOTE[0], name_key=NOTE[1], confirmed=5, rejected=0)
    assert forget(*NOTE, reviewer) == 3
    assert current_vocabulary().standing(*NOTE) == Standing()
    assert len(current_vocabulary().entries) == len(PLAIN_NAMES) - 1
    assert forget(*NOTE, reviewer) == 0
    assert remember(*NOTE, reviewer) == 3
    assert current_vocabulary().standing(*NOTE) == Standing(2, 0)
    events = AuditEvent.objects.filter(action__startswith="vocabulary.").order_by("pk")
    assert list(events.values_list("action", "actor_name", "target")) == [
        ("vocabulary.forgotten", "reviewer", "vocabulary:KARTEI.BEMERKUNG NOTIZ"),
        ("vocabulary.remembered", "reviewer", "vocabulary:KARTEI.BEMERKUNG NOTIZ"),
    ]


def test_forgotten_name_stays_so_when_its_center_says_the_same_again(reviewer: User) -> None:
    mapping = approve(draft_of(1), reviewer, all_looked_at=True)
    forget(*NOTE, reviewer)
    approve(draft(mapping.center, version()), reviewer, all_looked_at=True)
    assert current_vocabulary().standing(*NOTE) == Standing()
    approve(draft_of(2), reviewer, all_looked_at=True)
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0)


def test_imported_name_is_weaker_than_this_network(reviewer: User) -> None:
    ImportedName.objects.create(canonical=NOTE[0], name_key=NOTE[1], confirmed=0, rejected=90)
    assert current_vocabulary().standing(*NOTE) == Standing(0, 1, imported=True)
    approve(draft_of(1), reviewer, all_looked_at=True)
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0)
    assert own_vocabulary().entries.keys() == PLAIN_NAMES
