"""What became of centers that somebody asked to discover: every look at a source ends the items that wait for it."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from centers.enums import CenterState
from mappings.enums import DiscoveryState
from mappings.models import DiscoveryItem, Mapping, SchemaSnapshot

# Why nothing was tried, and why a look led to no version.
PAUSED = "paused"
NOT_PROPOSED = "not_proposed"
# Centers that one statement names; SQL Server takes 2,100 parameters.
MOST_NAMED = 500
T = TypeVar("T")


def parts_of(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """`keys` in parts that one statement may name."""
    return (keys[first : first + MOST_NAMED] for first in range(0, len(keys), MOST_NAMED))


def waiting_for(center_id: int) -> QuerySet[DiscoveryItem]:
    """The items, of whichever job, that the next look at this center ends."""
    return DiscoveryItem.objects.filter(center_id=center_id, state=DiscoveryState.QUEUED)


def succeed(snapshot: SchemaSnapshot, mapping: Mapping | None) -> int:
    """The source has answered, and `mapping` is what there is for its schema now; how many items that ends."""
    return _end(
        waiting_for(snapshot.center_id),
        DiscoveryState.SUCCEEDED,
        mapping=mapping,
        table_count=snapshot.table_count,
        column_count=snapshot.column_count,
    )


def fail(center_id: int, error_kind: str, error_message: str) -> int:
    """A look came to nothing, and will not be tried again by itself; how many items that ends."""
    told = {"error_kind": error_kind, "error_message": error_message[:500]}
    return _end(waiting_for(center_id), DiscoveryState.FAILED, **told)


def skip_paused(items: QuerySet[DiscoveryItem]) -> int:
    """Those of `items` that wait for a center which rests will not be looked at; how many that ends."""
    resting = items.filter(state=DiscoveryState.QUEUED).exclude(center__state=CenterState.ACTIVE)
    ended = 0
    for part in parts_of(list(resting.values_list("pk", flat=True))):
        rows = DiscoveryItem.objects.filter(pk__in=part, state=DiscoveryState.QUEUED)
        ended += _end(rows, DiscoveryState.SKIPPED, error_kind=PAUSED)
    return ended


def _end(items: QuerySet[DiscoveryItem], state: DiscoveryState, **facts: Any) -> int:
    return items.update(state=state, finished_at=timezone.now(), **facts)
