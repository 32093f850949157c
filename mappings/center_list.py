"""The list of centers with where their mappings stand: what waits for a review comes first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.scope import Scope
from centers.search_text import fold
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping, SchemaSnapshot
from mappings.queries import OPEN

# Centers with the annotations that `centers_with_mappings` makes, which the type does not know.
Annotated = QuerySet[Any]
_MOST_WORDS = 5
WAITING = "waiting"
APPROVED = "approved"
MISSING = "missing"
UNDISCOVERED = "undiscovered"
# Beside the state of its mapping, a center may have drifted from the approved version.
DRIFTED = "drifted"
STATE_LABELS = {
    WAITING: _("waiting for review"),
    MISSING: _("no mapping"),
    UNDISCOVERED: _("not discovered"),
    APPROVED: _("approved"),
}
DRIFT_LABEL = _("drifted")
BADGES = {WAITING: "in_review", APPROVED: "approved", MISSING: "missing", UNDISCOVERED: "empty"}


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many centers are in a state."""

    state: str
    label: str
    badge: str
    count: int


_DRIFT_FIRST = (When(drift=DriftState.BREAKING, then=Value(0)), When(drift=DriftState.DRIFT, then=Value(1)))


def with_mapping_state(centers: QuerySet[Center]) -> Annotated:
    """`centers` with `state_order`, `drift`, `drift_order`, the open and the approved version's number, and more."""
    versions = Mapping.objects.filter(center=OuterRef("pk")).order_by("-version")
    snapshots = SchemaSnapshot.objects.filter(center=OuterRef("pk")).order_by("-seen_at", "-pk")
    return (
        centers.annotate(
            open_version=Subquery(versions.filter(status__in=OPEN).values("version")[:1]),
            open_status=Subquery(versions.filter(status__in=OPEN).values("status")[:1]),
            approved_version=Subquery(versions.filter(status=MappingStatus.APPROVED).values("version")[:1]),
            drift=Coalesce(
                Subquery(versions.filter(status=MappingStatus.APPROVED).values("drift")[:1]), Value(DriftState.NONE)
            ),
            hold=Coalesce(Subquery(versions.filter(status=MappingStatus.APPROVED).values("hold")[:1]), Value("")),
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
        .annotate(drift_order=Case(*_DRIFT_FIRST, default=Value(2), output_field=IntegerField()))
    )


def centers_with_mappings(scope: Scope) -> Annotated:
    """Every center of `scope` as `with_mapping_state` makes it: what waits first, then what drifted."""
    centers = Center.objects.in_scope(scope).select_related("server__region")
    return with_mapping_state(centers).order_by("state_order", "drift_order", "center_id")


_ORDER_OF_STATE = {WAITING: 0, MISSING: 1, UNDISCOVERED: 2, APPROVED: 3}
STATE_OF_ORDER = {number: state for state, number in _ORDER_OF_STATE.items()}


def in_state(centers: Annotated, state: str) -> Annotated:
    """Those in `state`, which may be `drifted`, or '' for any."""
    if state in _ORDER_OF_STATE:
        centers = centers.filter(Q(state_order=_ORDER_OF_STATE[state]))
    if state == DRIFTED:
        centers = centers.exclude(drift=DriftState.NONE)
    return centers


def narrowed(centers: Annotated, state: str, search: str, region: str = "") -> Annotated:
    """Those in `state` and in `region`, '' for any, whose texts hold every word of `search`."""
    centers = in_state(centers, state)
    if region:
        centers = centers.filter(server__region__code=region)
    for word in search.split()[:_MOST_WORDS]:
        centers = centers.filter(Q(search_text__contains=fold(word)) | Q(database__icontains=word))
    return centers


def state_counts(scope: Scope) -> list[StateCount]:
    """How many centers of `scope` are in each state, in one query, and how many drifted where any did."""
    # Counted here, because SQL Server groups by no expression that holds a subquery.
    rows = list(centers_with_mappings(scope).order_by().values_list("state_order", "drift"))
    counts = Counter(STATE_OF_ORDER[order] for order, _drift in rows)
    found = [StateCount(state, str(label), BADGES[state], counts[state]) for state, label in STATE_LABELS.items()]
    drifts = Counter(drift for _order, drift in rows if drift != DriftState.NONE)
    if drifts:
        badge = "failed" if drifts[DriftState.BREAKING] else "warning"
        found.append(StateCount(DRIFTED, str(DRIFT_LABEL), badge, drifts.total()))
    return found
