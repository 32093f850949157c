"""The state of a slice, and the rules that decide it. *Pure*.

A center's days are lists of counts, one per calendar day and the earliest first, that begin HISTORY_DAYS before the
first day that is judged: how many entries landed, or NOTHING.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from extraction.enums import RunState
from extraction.held_rules import FEW_ENTRIES, is_suspicious

NOTHING = -1
# What is usual is what was there on the same weekday of the last eight weeks.
WEEK = 7
HISTORY_DAYS = 8 * WEEK
# With fewer of them, the days of the last four weeks say what is usual, whatever their weekday.
FEWEST_WEEKDAYS = 3
RECENT_DAYS = 4 * WEEK


class SliceState(StrEnum):
    """What is known of one center on one business date, the worst first."""

    FAILED = "failed"
    HELD = "held"
    UNUSUAL = "unusual"
    MISSING = "missing"
    RUNNING = "running"
    EMPTY = "empty"
    LANDED = "landed"
    CLOSED = "closed"
    PAUSED = "paused"
    DELETED = "deleted"


SLICE_STATE_LABELS: dict[SliceState, Promise] = {
    SliceState.FAILED: _("failed"),
    SliceState.HELD: _("held"),
    SliceState.UNUSUAL: _("fewer entries than usual"),
    SliceState.MISSING: _("missing"),
    SliceState.RUNNING: _("being read"),
    SliceState.EMPTY: _("landed without entries"),
    SliceState.LANDED: _("landed"),
    SliceState.CLOSED: _("closed"),
    SliceState.PAUSED: _("center paused"),
    SliceState.DELETED: _("deleted after its retention"),
}
# Where a state has another badge than the one of its name (dentalhub.states): a center may lack a mapping, and nobody
# worries; a slice that is missing is another matter.
SLICE_BADGES = {SliceState.MISSING: "absent"}
# Somebody has to do something.
OPEN_STATES = frozenset({SliceState.FAILED, SliceState.HELD, SliceState.UNUSUAL, SliceState.MISSING})
_UNDER_WAY = frozenset({RunState.QUEUED.value, RunState.RUNNING.value})


def usual_count(past: Sequence[int]) -> int | None:
    """How many entries a center usually has, by the counts of the HISTORY_DAYS before a day; None when nobody knows."""
    known = [count for count in past[-HISTORY_DAYS::WEEK] if count != NOTHING]
    if len(known) < FEWEST_WEEKDAYS:
        known = [count for count in past[-RECENT_DAYS:] if count != NOTHING]
    # The upper median: half of the days and more had so many or fewer.
    return sorted(known)[len(known) // 2] if known else None


def is_fewer(usual: int | None, count: int) -> bool:
    """True when a day of `count` entries has none where there usually are some, or has lost too many of them."""
    if usual is None:
        return False
    return usual > 0 if count == 0 else is_suspicious(usual, count)


def is_unusual(past: Sequence[int], count: int) -> bool:
    """True when a day of `count` entries on which the center was open is nothing to pass over.

    It has fewer than usual, or it has none where none of the HISTORY_DAYS before had any either: a center that never
    delivers is no center without work, it is more likely one whose mapping reads the wrong rows.
    """
    return is_fewer(usual_count(past), count) or (count == 0 and max(past[-HISTORY_DAYS:], default=NOTHING) <= 0)


def open_counts(counts: Sequence[int], closed: Sequence[bool]) -> list[int]:
    """`counts` without the empty days on which the center was closed: they say nothing about a usual day."""
    return [NOTHING if count == 0 and is_closed else count for count, is_closed in zip(counts, closed, strict=True)]


def landed_state(count: int, past: Sequence[int], *, is_closed: bool, is_accepted: bool) -> SliceState:
    """The state of a slice that has landed with `count` entries and is not held."""
    if count == 0 and is_closed:
        return SliceState.CLOSED
    if not is_closed and not is_accepted and is_unusual(past, count):
        return SliceState.UNUSUAL
    return SliceState.LANDED if count else SliceState.EMPTY


def absent_state(attempt: str, *, is_closed: bool, is_paused: bool) -> SliceState:
    """The state of a day without a slice; `attempt` is the state of the last part of a run that should have read it."""
    if is_paused:
        return SliceState.PAUSED
    if attempt == RunState.FAILED:
        # On a closed day too: nobody has seen that it is empty.
        return SliceState.FAILED
    if attempt in _UNDER_WAY:
        return SliceState.RUNNING
    return SliceState.CLOSED if is_closed else SliceState.MISSING


def states_of(
    counts: Sequence[int],
    closed: Sequence[bool],
    *,
    held: Collection[int] = (),
    accepted: Collection[int] = (),
    attempts: Mapping[int, str] | None = None,
    is_paused: bool = False,
) -> list[SliceState]:
    """The states of the days from number HISTORY_DAYS on; days in `held`, `accepted` and `attempts` by their number."""
    tried, known = attempts or {}, open_counts(counts, closed)
    # Nothing is more usual than the most there ever was: most days need no look at their past.
    enough = max(known) / 2 if max(known) > FEW_ENTRIES else 1
    states = []
    for day in range(HISTORY_DAYS, len(counts)):
        count = counts[day]
        if day in held:
            states.append(SliceState.HELD)
        elif count >= enough:
            states.append(SliceState.LANDED)
        elif count == NOTHING:
            states.append(absent_state(tried.get(day, ""), is_closed=closed[day], is_paused=is_paused))
        else:
            past = known[day - HISTORY_DAYS : day]
            states.append(landed_state(count, past, is_closed=closed[day], is_accepted=day in accepted))
    return states
