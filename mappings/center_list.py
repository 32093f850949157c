"""The list of centers with where their mappings stand: what waits for a review comes first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.search_text import fold
from mappings.enums import MappingStatus
from mappings.models import Mapping, SchemaSnapshot
from mappings.queries import OPEN

# Centers with the annotations that `centers_with_mappings` makes, which the type does not know.
Annotated = QuerySet[Any]
_MOST_WORDS = 5
WAITING = "waiting"
APPROVED = "approved"
MISSING = "missing"
UNDISCOVERED = "undiscovered"
STATE_LABELS = {
    WAITING: _("waiting for review"),
    MISSING: _("no mapping"),
    UNDISCOVERED: _("not discovered"),
    APPROVED: _("approved"),
}
BADGES = {WAITING: "in_review", APPROVED: "approved", MISSING: "missing", UNDISCOVERED: "empty"}


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many centers are in a state."""

    state: str
    label: str
    badge: str
    count: int


def centers_with_mappings() -> Annotated:
    """Every center with `mapping_state`, the open and the approved version's number; what waits comes first."""
    versions = Mapping.objects.filter(center=OuterRef("pk")).order_by("-version")
    snapshots = SchemaSnapshot.objects.filter(center=OuterRef("pk")).order_by("-seen_at", "-pk")
    return (
        Center.objects.select_related("server__region")
        .annotate(
            open_version=Subquery(versions.filter(status__in=OPEN).values("version")[:1]),
            open_status=Subquery(versions.filter(status__in=OPEN).values("status")[:1]),
            approved_version=Subquery(versions.filter(status=MappingStatus.APPROVED).values("version")[:1]),
            discovered_at=Subquery(snapshots.values("seen_at")[:1]),
        )
        .annotate(
            state_order=Case(
                When(open_version__isnull=False, then=Value(0)),
                When(approved_version__isnull=False, then=Value(3)),
                When(discovered_at__isnull=False, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("state_order", "center_id")
    )


_ORDER_OF_STATE = {WAITING: 0, MISSING: 1, UNDISCOVERED: 2, APPROVED: 3}
STATE_OF_ORDER = {number: state for state, number in _ORDER_OF_STATE.items()}


def narrowed(centers: Annotated, state: str, search: str) -> Annotated:
    """Those in `state` (any when it is '') whose id, name, city or database holds every word of `search`."""
    if state in _ORDER_OF_STATE:
        centers = centers.filter(Q(state_order=_ORDER_OF_STATE[state]))
    for word in search.split()[:_MOST_WORDS]:
        centers = centers.filter(Q(search_text__contains=fold(word)) | Q(database__icontains=word))
    return centers


def state_counts() -> list[StateCount]:
    """How many centers are in each state, in one query."""
    # Counted here, because SQL Server groups by no expression that holds a subquery.
    orders = centers_with_mappings().order_by().values_list("state_order", flat=True)
    counts = Counter(STATE_OF_ORDER[order] for order in orders)
    return [StateCount(state, str(label), BADGES[state], counts[state]) for state, label in STATE_LABELS.items()]
