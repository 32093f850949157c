"""When breakers open and for how long: without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centers.exceptions import SourceErrorKind
from centers.server_spec import ServerSpec
from extraction import breaker_rules as rules
from extraction.breaker_rules import Subject, Verdict, opens, verdict_on_center, verdict_on_server, wait
from extraction.causes import Cause
from extraction.enums import BreakerScope

Kind = SourceErrorKind
KINDS = st.sampled_from(list(Kind))
CHANCES = st.floats(min_value=0, max_value=1)
SPEC = ServerSpec("db.example", 1433, "svc_extract", "env:IVORIS_PASSWORD")


@given(kind=KINDS, openings=st.integers(min_value=0, max_value=100_000), chance=CHANCES)
def test_wait_stays_within_its_bounds(kind: Kind, openings: int, chance: float) -> None:
    found = wait(kind, openings, chance)
    is_refusal = kind in {Kind.LOGIN, Kind.CREDENTIAL}
    first = rules.FIRST_WAIT_AFTER_REFUSAL if is_refusal else rules.FIRST_WAIT
    longest = rules.LONGEST_WAIT_AFTER_REFUSAL if is_refusal else rules.LONGEST_WAIT
    assert first * (1 - rules.JITTER) <= found <= longest


@given(kind=KINDS, openings=st.integers(min_value=1, max_value=100), chance=CHANCES)
def test_wait_never_gets_shorter_from_one_opening_to_the_next(kind: Kind, openings: int, chance: float) -> None:
    assert wait(kind, openings, chance) <= wait(kind, openings + 1, chance)


@given(openings=st.integers(min_value=1, max_value=30), chance=CHANCES)
def test_wait_after_a_refused_login_is_never_the_shorter_one(openings: int, chance: float) -> None:
    assert wait(Kind.LOGIN, openings, chance) > wait(Kind.REFUSED, openings, chance)


def test_wait_doubles_up_to_the_longest() -> None:
    minutes = [wait(Kind.UNREACHABLE, openings, 0) / dt.timedelta(minutes=1) for openings in range(1, 10)]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    hours = [wait(Kind.LOGIN, openings, 0) / dt.timedelta(hours=1) for openings in range(1, 9)]
    assert hours == [0.5, 1, 2, 4, 8, 16, 24, 24]


@given(kind=KINDS)
def test_breaker_opens_after_three_in_a_row_whatever_the_cause(kind: Kind) -> None:
    assert opens(kind, 3)
    assert opens(kind, 1) == opens(kind, 2) == (kind in {Kind.LOGIN, Kind.CREDENTIAL})


@given(cause=st.sampled_from([*Kind, *Cause, "something else"]))
def test_cause_is_never_held_against_server_and_center_at_once(cause: str) -> None:
    assert (verdict_on_server(cause), verdict_on_center(cause)) != (Verdict.BAD, Verdict.BAD)


@pytest.mark.parametrize("cause", [*Cause, Kind.DRIVER])
def test_cause_on_our_side_says_nothing(cause: str) -> None:
    assert verdict_on_server(cause) is Verdict.NOTHING
    assert verdict_on_center(cause) is Verdict.NOTHING


def test_delivered_center_is_good_for_both() -> None:
    assert (verdict_on_server(None), verdict_on_center(None)) == (Verdict.GOOD, Verdict.GOOD)


@pytest.mark.parametrize(
    ("kind", "server", "center"),
    [
        (Kind.LOGIN, Verdict.BAD, Verdict.NOTHING),
        (Kind.REFUSED, Verdict.BAD, Verdict.NOTHING),
        (Kind.PERMISSION, Verdict.GOOD, Verdict.BAD),
        (Kind.COLUMN, Verdict.GOOD, Verdict.GOOD),
        (Kind.HUNG, Verdict.SILENT, Verdict.BAD),
        (Kind.OTHER, Verdict.NOTHING, Verdict.BAD),
    ],
)
def test_kind_says_of_server_and_center(kind: Kind, server: Verdict, center: Verdict) -> None:
    assert (verdict_on_server(kind), verdict_on_center(kind)) == (server, center)


def test_fingerprint_changes_with_host_credential_and_database() -> None:
    subjects = [
        Subject(BreakerScope.CENTER, 1, SPEC, "DentalDB"),
        Subject(BreakerScope.CENTER, 1, SPEC, "DentalDB_2"),
        Subject(BreakerScope.CENTER, 1, ServerSpec("other.example", 1433, "svc_extract", "env:IVORIS_PASSWORD")),
        Subject(BreakerScope.CENTER, 1, ServerSpec("db.example", 1433, "svc_extract", "env:OTHER")),
        Subject(BreakerScope.SERVER, 1, SPEC),
    ]
    assert len({subject.fingerprint for subject in subjects}) == len(subjects)
    assert Subject(BreakerScope.SERVER, 2, SPEC).fingerprint == subjects[-1].fingerprint
    assert {len(subject.fingerprint) for subject in subjects} == {64}
