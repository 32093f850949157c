"""Walks along the audit chain and names the first event that is not as it was written.

Reads in pieces, so that memory stays the same however long the trail is.
"""

import datetime as dt
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from dentalhub.audit_chain import ERASED, GENESIS, content_digest, link_hash
from dentalhub.audit_erasures import proven_erasures
from dentalhub.audit_head import ONLY_ROW, is_sealed
from dentalhub.audit_keys import known_keys
from dentalhub.audit_models import AuditEvent, AuditHead
from dentalhub.audit_problems import Finding, Problem

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """An event as far as which the chain holds; the beginning is `START`."""

    sequence: int
    hash: bytes


START = Place(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Result:
    """How far the chain holds, what is wrong behind that (None: nothing), and whether that was the end."""

    place: Place
    finding: Finding | None = None
    is_end: bool = False


def verify(
    start: Place = START, *, most: int | None = None, advance: Callable[[int], None] = lambda count: None
) -> Result:
    """Follow the chain from behind `start` to its end, or for `most` events. `advance` hears of each piece."""
    keys, erasures = known_keys(), proven_erasures()
    place, seen = start, 0
    while most is None or seen < most:
        # The end first: what is appended while the piece is read is not missed, only read with the next one.
        end = AuditHead.objects.filter(pk=ONLY_ROW).first()
        events = list(AuditEvent.objects.filter(sequence__gt=place.sequence).order_by("sequence")[:AT_ONCE])
        for event in events:
            problem = problem_of(event, place, keys, erasures)
            if problem is not None:
                return Result(place, _located(event, place, problem, keys))
            place = Place(event.sequence, bytes(event.hash))
        seen += len(events)
        advance(len(events))
        if not events:
            return Result(place, _at_the_end(end, place), is_end=True)
    return Result(place)


def problem_of(
    event: AuditEvent, before: Place, keys: Mapping[str, bytes], erasures: Mapping[str, dt.datetime]
) -> Problem | None:
    """What is wrong with `event` as the one that follows `before`; None when nothing is."""
    if event.sequence != before.sequence + 1:
        return Problem.MISSING
    key = keys.get(event.key_id)
    if key is None:
        return Problem.UNKNOWN_KEY
    if bytes(event.previous) != before.hash or not _is_ours(event, key):
        return Problem.CHANGED
    if event.erased:
        cutoff = erasures.get(event.kind)
        is_empty = event.content == ERASED and not bytes(event.salt)
        return None if is_empty and cutoff is not None and event.at < cutoff else Problem.ERASED
    if not hmac.compare_digest(content_digest(bytes(event.salt), event.content), bytes(event.digest)):
        return Problem.CHANGED
    return Problem.BROKEN if event.action == "trail.broken" else None


def _is_ours(event: AuditEvent, key: bytes) -> bool:
    return hmac.compare_digest(link_hash(key, event.link), bytes(event.hash))


def _located(event: AuditEvent, before: Place, problem: Problem, keys: Mapping[str, bytes]) -> Finding:
    """Say more exactly what happened at `event`, as far as its neighbours tell."""
    number = event.sequence
    if problem is Problem.MISSING:
        return Finding(before.sequence + 1, Problem.MISSING, until=number - 1)
    if problem is not Problem.CHANGED:
        return Finding(number, problem)
    following = AuditEvent.objects.filter(sequence__gt=number).order_by("sequence").first()
    if following is not None and bytes(following.previous) == before.hash:
        return Finding(number, Problem.INSERTED)
    if any(_is_ours_as(event, other, keys) for other in _numbers_near(event) if other != number):
        return Finding(number, Problem.REORDERED)
    end = AuditHead.objects.filter(pk=ONLY_ROW).first()
    if end is not None and is_sealed(end) and end.sequence < number:
        return Finding(number, Problem.INSERTED)
    return Finding(number, Problem.CHANGED)


def _numbers_near(event: AuditEvent) -> Iterator[int]:
    """Where the event may have stood: behind the one that it names as the one before it."""
    before = AuditEvent.objects.filter(hash=bytes(event.previous)).order_by("sequence")
    yield from (number + 1 for number in before.values_list("sequence", flat=True)[:3])
    # That one may have moved as well.
    yield from (number for number in range(event.sequence - 3, event.sequence + 4))


def _is_ours_as(event: AuditEvent, number: int, keys: Mapping[str, bytes]) -> bool:
    link = replace(event.link, sequence=number)
    return hmac.compare_digest(link_hash(keys[event.key_id], link), bytes(event.hash))


def _at_the_end(end: AuditHead | None, place: Place) -> Finding | None:
    """Compare the last event with the row that says where the chain ends."""
    if end is None:
        return Finding(place.sequence, Problem.NO_END)
    if not is_sealed(end):
        return Finding(end.sequence, Problem.NO_END)
    if end.sequence > place.sequence:
        return Finding(place.sequence + 1, Problem.CUT_OFF, until=end.sequence)
    return None if bytes(end.hash) == place.hash else Finding(place.sequence, Problem.NO_END)
