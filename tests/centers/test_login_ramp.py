import pytest

from centers import login_ramp
from centers.exceptions import SourceError, SourceErrorKind
from centers.login_ramp import LoginRamp

GONE = SourceError(SourceErrorKind.UNREACHABLE, "gone", transient=True)
REFUSED = SourceError(SourceErrorKind.LOGIN, "refused", number=18456)


def ramp() -> LoginRamp:
    return LoginRamp(patience=15.0)


def fill(ramp: LoginRamp, now: float) -> list[int]:
    """Start as many logins as may be under way."""
    tickets: list[int] = []
    while ramp.may_start(now) and len(tickets) < 100:
        tickets.append(ramp.start(now))
    return tickets


def secret() -> str:
    return "secret"


def failed(ramp: LoginRamp, error: SourceError, now: float) -> None:
    ramp.failed(ramp.start(now), error, now, "secret")


def test_first_login_is_alone() -> None:
    assert len(fill(ramp(), 0.0)) == 1


def test_each_success_doubles_what_may_be_under_way() -> None:
    started, counts = ramp(), []
    under_way = fill(started, 0.0)
    for _login in range(5):
        started.succeeded(under_way.pop(), 0.0)
        under_way += fill(started, 0.0)
        counts.append(len(under_way))
    assert counts == [2, 4, 8, 16, 32]


def test_failure_leads_back_to_one_at_a_time() -> None:
    broken = ramp()
    broken.succeeded(broken.start(0.0), 0.0)
    first, second = fill(broken, 0.0)
    broken.failed(first, GONE, 1.0, "secret")
    assert broken.may_start(1.0) is False
    broken.failed(second, GONE, 1.0, "secret")
    assert len(fill(broken, 1.0)) == 1


def test_failure_of_the_first_login_answers_those_who_asked_before() -> None:
    broken = ramp()
    failed(broken, GONE, 10.0)
    shared = broken.known_failure(9.0, 10.0, secret)
    assert shared is not None
    assert (shared.kind, shared.transient) == (SourceErrorKind.UNREACHABLE, True)
    assert shared is not GONE
    assert broken.known_failure(10.5, 10.5, secret) is None


def test_one_failure_after_a_success_answers_nobody_and_a_second_does() -> None:
    broken = ramp()
    broken.succeeded(broken.start(0.0), 0.0)
    failed(broken, GONE, 1.0)
    assert broken.known_failure(0.5, 1.0, secret) is None
    failed(broken, GONE, 2.0)
    assert broken.known_failure(0.5, 2.0, secret) is not None


def test_refusal_answers_everybody_even_after_successes() -> None:
    broken = ramp()
    broken.succeeded(broken.start(0.0), 0.0)
    failed(broken, REFUSED, 1.0)
    found = broken.known_failure(500.0, 500.0, secret)
    assert found is not None
    assert (found.kind, found.number) == (SourceErrorKind.LOGIN, 18456)


def test_refusal_outlives_logins_that_began_before_it() -> None:
    broken = ramp()
    broken.succeeded(broken.start(0.0), 0.0)
    early, late = broken.start(1.0), broken.start(1.0)
    broken.failed(early, REFUSED, 2.0, "secret")
    broken.succeeded(late, 3.0)
    assert broken.known_failure(4.0, 4.0, secret) is not None


def test_refusal_ends_with_a_new_secret() -> None:
    broken = ramp()
    failed(broken, REFUSED, 1.0)
    assert broken.known_failure(2.0, 2.0, lambda: "another") is None


def test_refusal_ends_after_a_while() -> None:
    broken = ramp()
    failed(broken, REFUSED, 1.0)
    end = 1.0 + login_ramp.REFUSAL_SECONDS
    assert broken.known_failure(end - 1, end - 1, secret) is not None
    assert broken.known_failure(end, end, secret) is None


def test_refusal_is_not_replaced_by_a_lesser_failure() -> None:
    broken = ramp()
    failed(broken, REFUSED, 1.0)
    failed(broken, GONE, 2.0)
    found = broken.known_failure(3.0, 3.0, secret)
    assert found is not None
    assert found.kind is SourceErrorKind.LOGIN


def test_server_that_rested_is_met_with_one_login_again() -> None:
    rested = ramp()
    for _login in range(5):
        rested.succeeded(rested.start(0.0), 0.0)
    assert len(fill(rested, 1.0)) == 32
    again = ramp()
    for _login in range(5):
        again.succeeded(again.start(0.0), 0.0)
    assert len(fill(again, login_ramp.REST_SECONDS + 1)) == 1


@pytest.mark.parametrize(("now", "starts"), [(14.0, 0), (15.0, 1)])
def test_login_that_hangs_counts_until_the_patience_is_over(now: float, starts: int) -> None:
    hanging = ramp()
    fill(hanging, 0.0)
    assert len(fill(hanging, now)) == starts


def test_whoever_gives_up_speaks_for_those_who_asked_meanwhile() -> None:
    hanging = ramp()
    fill(hanging, 0.0)
    assert hanging.gave_up(15.0).kind is SourceErrorKind.LOGIN_TIMEOUT
    found = hanging.known_failure(3.0, 15.0, secret)
    assert found is not None
    assert found.kind is SourceErrorKind.LOGIN_TIMEOUT
    assert hanging.known_failure(16.0, 16.0, secret) is None
