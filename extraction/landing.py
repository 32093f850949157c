"""The only writer of what was extracted: many centers in one fenced transaction, each slice all or nothing.

What came out smaller than it may is held beside the results (`held_rules`), and what was read earlier never replaces
what was read later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from extraction.bulk_rows import database_value, update_rows
from extraction.enums import RunState
from extraction.held_slices import forget, hold
from extraction.leases import Lease, held
from extraction.models import CenterRun
from extraction.pieces import pieces_of
from extraction.reader import CenterResult
from extraction.slice_writing import write_slices
from extraction.suppressions import locked_suppressions

_LATEST = ("undated_count", "duration_ms")
_ENDED = ("state", "error_kind", "error_message", "finished_at")
_ADDED = ("slice_count", "entry_count", "held_count")


def land(results: Sequence[CenterResult], leases: Mapping[int, Lease]) -> set[int]:
    """Replace the slices of `results`, all of them extractions, and count them in their center runs.

    Rows of erased patients are left out, also when they were read before the erasure.
    `leases` by shard, all of one token. Returns the shards that another process has taken over or that have ended:
    nothing of theirs is landed. Any error leaves everything as it was.
    """
    with transaction.atomic():
        wanted = {result.task.shard_id for result in results}
        kept = held([leases[shard_id] for shard_id in wanted])
        results = without_suppressed([result for result in results if result.task.shard_id in kept])
        pieces = [piece for piece in pieces_of(results, leases) if not piece.is_late]
        suspicious = [piece for piece in pieces if piece.is_held]
        replacing = [piece for piece in pieces if not piece.is_held]
        write_slices(replacing)
        forget(replacing)
        hold(suspicious)
        _count(results, Counter(piece.center_run_id for piece in suspicious))
    return wanted - kept


def without_suppressed(results: Sequence[CenterResult]) -> list[CenterResult]:
    """The results without rows of erased patients; nobody can be erased at their centers until the commit.

    Raises SuppressionKeyError.
    """
    centers = {result.task.center_pk: result.task.center_id for result in results}
    known = locked_suppressions(centers)
    found = []
    for result in results:
        if result.extraction is not None and result.task.center_id in known.tokens:
            slices = tuple(known.without(result.task.center_id, rows) for rows in result.extraction.slices)
            result = replace(result, extraction=replace(result.extraction, slices=slices))
        found.append(result)
    return found


def _count(results: Sequence[CenterResult], held_days: Counter[int]) -> None:
    going_on, ended = [], []
    now = database_value(CenterRun, "finished_at", timezone.now())
    for result in results:
        if result.extraction is None:
            continue
        key = result.task.center_run_id
        latest = (result.extraction.undated, result.duration_ms)
        # A center whose days came in several pieces of one batch holds each day once.
        added = (len(result.extraction.slices), result.extraction.entry_count, held_days.pop(key, 0))
        if result.is_last:
            ended.append((*latest, RunState.SUCCEEDED.value, "", "", now, *added, key))
        else:
            going_on.append((*latest, *added, key))
    update_rows(CenterRun, _LATEST, going_on, added=_ADDED)
    update_rows(CenterRun, (*_LATEST, *_ENDED), ended, added=_ADDED)
