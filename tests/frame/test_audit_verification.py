"""The chain of the audit trail: what was written verifies, and whatever was done to it by SQL is found."""

import random
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import override_settings

from dentalhub.audit import record
from dentalhub.audit_keys import current_key
from dentalhub.audit_models import AuditEvent, AuditHead
from dentalhub.audit_problems import Finding, Problem
from dentalhub.audit_verification import START, Place, verify
from tests.frame import audit_forgery
from tests.frame.audit_forgery import EVENTS, WAYS, sql, write_events

MANIPULATIONS = 200


@pytest.fixture
def trail(db: None) -> None:
    write_events()


def test_trail_verifies(trail: None) -> None:
    result = verify()
    last = AuditEvent.objects.get(sequence=EVENTS)
    assert (result.place, result.finding) == (Place(EVENTS, bytes(last.hash)), None)


def test_empty_trail_verifies(db: None) -> None:
    assert verify().finding is None
    assert verify().place == START


def test_trail_verifies_in_pieces(trail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dentalhub.audit_verification.AT_ONCE", 7)
    pieces: list[int] = []
    assert verify(advance=pieces.append).finding is None
    assert pieces == [7, 7, 7, 7, 7, 5, 0]
    part = verify(most=14)
    assert (part.place.sequence, verify(part.place).place.sequence) == (14, EVENTS)


def test_two_hundred_manipulations_are_found(trail: None) -> None:
    """The triggers are gone, as they would be for somebody with every right in the database."""
    chance = random.Random(20261128)
    found: Counter[str] = Counter()
    for number in range(MANIPULATIONS):
        way = list(WAYS)[number % len(WAYS)]
        before = list(AuditEvent.objects.order_by("sequence").values_list())
        with transaction.atomic():
            way(chance)
            finding = verify().finding
            transaction.set_rollback(True)
        assert finding is not None, f"{way.__name__}, number {number}, was not found"
        assert finding.problem in WAYS[way], f"{way.__name__}, number {number}, is called {finding.problem}"
        assert list(AuditEvent.objects.order_by("sequence").values_list()) == before
        found[way.__name__] += 1
    assert (sum(found.values()), set(found.values())) == (200, {25})


@pytest.mark.parametrize("column", audit_forgery.COLUMNS[1:])
def test_each_column_is_bound(trail: None, column: str) -> None:
    class Fixed(random.Random):
        def choice(self, seq: object) -> object:  # type: ignore[override]
            return column

    chance = Fixed(1)
    audit_forgery.change(chance)
    assert verify().finding is not None


def test_first_bad_event_is_named(trail: None) -> None:
    sql("UPDATE dentalhub_audit_event SET target = 'x' WHERE sequence IN (11, 30)")
    assert verify().finding == Finding(11, Problem.CHANGED)
    assert verify().place.sequence == 10


def test_missing_events_are_named(trail: None) -> None:
    sql("DELETE FROM dentalhub_audit_event WHERE sequence IN (11, 12, 13, 30)")
    finding = verify().finding
    assert finding == Finding(11, Problem.MISSING, until=13)
    assert str(finding) == "Events 11 to 13: It is missing."


def test_cut_off_end_is_named(trail: None) -> None:
    sql("DELETE FROM dentalhub_audit_event WHERE sequence > 35")
    assert verify().finding == Finding(36, Problem.CUT_OFF, until=EVENTS)


def test_record_goes_on_behind_a_changed_end_and_says_so(trail: None) -> None:
    last = AuditEvent.objects.get(sequence=35)
    sql("DELETE FROM dentalhub_audit_event WHERE sequence > 35")
    sql("UPDATE dentalhub_audit_head SET sequence = 35, hash = %s", bytes(last.hash))
    event = record(None, "run.requested", "run 9")
    broken = AuditEvent.objects.get(sequence=event.sequence - 1)
    assert (broken.action, broken.details) == ("trail.broken", {"problem": "seal", "head": 35, "last_event": 35})
    assert verify().finding == Finding(36, Problem.BROKEN)
    # Looked into and trusted up to there.
    assert verify(Place(36, bytes(broken.hash))).finding is None


def test_record_without_a_head_says_so(trail: None) -> None:
    AuditHead.objects.all().delete()
    event = record(None, "run.requested", "run 9")
    assert (event.sequence, verify().finding) == (EVENTS + 2, Finding(EVENTS + 1, Problem.BROKEN))


def test_former_key_verifies(trail: None) -> None:
    with override_settings(AUDIT_KEYS=["new key"]):
        record(None, "run.requested", "run 9")
        assert verify().finding is None
    # Without the new key nobody can say anything about its events.
    assert verify().finding == Finding(EVENTS + 1, Problem.UNKNOWN_KEY)
    with override_settings(AUDIT_KEYS=["newest key", "new key"]):
        assert verify().finding is None
        assert current_key().secret == b"newest key"


def test_rolled_back_event_leaves_no_gap(trail: None) -> None:
    with transaction.atomic():
        assert record(None, "run.requested", "run 9").sequence == EVENTS + 1
        transaction.set_rollback(True)
    assert record(None, "run.requested", "run 10").sequence == EVENTS + 1
    assert verify().finding is None


def test_record_takes_three_statements(trail: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        record(None, "run.requested", "run 9")


@pytest.mark.parametrize("value", ["Müller", "\ud800 lone", "a\u2028b", '"quoted"', "\x7f", "𝄞"])
def test_any_text_verifies(trail: None, value: str) -> None:
    record(None, "run.requested", "run 9", text=value, many=[value], number=1e22, changes={"a": [value, 0.1]})
    assert verify().finding is None
    connection.close_if_unusable_or_obsolete()
