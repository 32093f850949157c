"""From what is wrong now to what people are told: opened, grew, closed, and nothing in between. *Pure*.

A cause is told when it has lasted for a while, and its end when it has been gone for a while. A cause that comes and
goes doubles the second while with each return, so that somebody is told once and not every ten minutes.
"""

import datetime as dt
from dataclasses import dataclass, replace

from extraction.alert_causes import AlertPhase, ChangeKind, Rule

# More is news when it is half as much again, and three at least: from 2 to 5, from 14 to 21.
GROWTH, LEAST_MORE = 1.5, 3
# Nobody is told of growth more often.
GROWTH_REST = dt.timedelta(minutes=30)
# With the last doubling the wait is 32 times as long.
MOST_RETURNS = 5
# An alert that comes again so soon after it closed has returned.
SAME_TROUBLE = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an alert stands; `since` is when its phase began, `told` the number that people were told last."""

    phase: AlertPhase
    since: dt.datetime
    value: int
    told: int = 0
    told_at: dt.datetime | None = None
    returns: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one look makes of an alert; None: it is not there any more, or nobody is told anything."""

    after: Standing | None
    change: ChangeKind | None = None


def step(before: Standing | None, value: int, now: dt.datetime, rule: Rule, *, returns: int = 0) -> Step:
    """One look: `value` is how much of the cause there is now, 0 none.

    `returns` counts for one that is not there yet: how often it came back lately.
    """
    if before is None:
        return _begin(value, now, rule, returns)
    if before.phase is AlertPhase.PENDING:
        if value == 0:
            return Step(None)
        is_lasting = now - before.since >= rule.opens_after
        return _opened(before, value, now) if is_lasting else Step(replace(before, value=value))
    if value:
        return _there(before, value, now, rule)
    if before.phase is AlertPhase.OPEN:
        before = replace(before, phase=AlertPhase.CLEARING, since=now)
    if now - before.since >= rule.closes_after * 2**before.returns:
        return Step(replace(before, phase=AlertPhase.CLOSED, since=now, value=0), ChangeKind.CLOSED)
    return Step(replace(before, value=0))


def returns_of(closed_at: dt.datetime | None, returns: int, now: dt.datetime) -> int:
    """What a new alert inherits from the last one of its kind, which closed at `closed_at` after so many returns."""
    if closed_at is None or now - closed_at > SAME_TROUBLE:
        return 0
    return min(returns + 1, MOST_RETURNS)


def _begin(value: int, now: dt.datetime, rule: Rule, returns: int) -> Step:
    if value == 0:
        return Step(None)
    noticed = Standing(AlertPhase.PENDING, now, value, returns=returns)
    return Step(noticed) if rule.opens_after else _opened(noticed, value, now)


def _opened(before: Standing, value: int, now: dt.datetime) -> Step:
    after = replace(before, phase=AlertPhase.OPEN, since=now, value=value, told=value, told_at=now)
    return Step(after, ChangeKind.OPENED)


def _there(before: Standing, value: int, now: dt.datetime, rule: Rule) -> Step:
    """It is told and still there, or there again."""
    after = replace(before, value=value)
    if before.phase is AlertPhase.CLEARING:
        after = replace(after, phase=AlertPhase.OPEN, since=now, returns=min(before.returns + 1, MOST_RETURNS))
    has_rested = before.told_at is None or now - before.told_at >= GROWTH_REST
    if rule.grows and has_rested and value >= before.told * GROWTH and value - before.told >= LEAST_MORE:
        return Step(replace(after, told=value, told_at=now), ChangeKind.GREW)
    return Step(after)
