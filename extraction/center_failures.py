"""Writes down why centers could not be read or stored: many of them in one fenced transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from extraction.bulk_rows import database_value, update_rows
from extraction.enums import RunState
from extraction.leases import Lease, held
from extraction.models import CenterRun
from extraction.reader import Failure

_FIELDS = ("state", "error_kind", "error_message", "duration_ms", "finished_at")
_MESSAGE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class FailedCenter:
    """A center run that ends without success; `duration_ms` in milliseconds, all attempts."""

    center_run_id: int
    shard_id: int
    center_id: str
    failure: Failure
    duration_ms: int = 0


def write_failures(failed: Sequence[FailedCenter], leases: Mapping[int, Lease]) -> set[int]:
    """End the center runs of `failed`. `leases` by shard, all of one token.

    Returns the shards that another process has taken over or that have ended: nothing of theirs is written.
    """
    if not failed:
        return set()
    with transaction.atomic():
        wanted = {one.shard_id for one in failed}
        kept = held([leases[shard_id] for shard_id in wanted])
        now = database_value(CenterRun, "finished_at", timezone.now())
        rows = [(*_row(one), now, one.center_run_id) for one in failed if one.shard_id in kept]
        update_rows(CenterRun, _FIELDS, rows)
    return wanted - kept


def _row(one: FailedCenter) -> tuple[str, str, str, int]:
    message = one.failure.message[:_MESSAGE_LENGTH]
    return RunState.FAILED.value, one.failure.cause, message, one.duration_ms
