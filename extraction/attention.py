"""What waits for a person, in numbers for the first page."""

from dataclasses import dataclass

from django.db.models import Count, Value

from centers.scope import Scope
from extraction.breaker_models import Breaker
from extraction.breaker_reset import ShutCount
from extraction.breaker_rows import NOT_CLOSED
from extraction.enums import BreakerScope, HeldState
from extraction.models import Alert, HeldSlice
from mappings.models import Mapping
from mappings.queries import OPEN

_HELD, _MAPPING, _ALERT = "held", "mapping", "alert"


@dataclass(frozen=True, slots=True)
class Attention:
    """Servers and centers left alone, one try or not; held days; centers with an open mapping; open alerts."""

    left_alone: ShutCount
    held_days: int
    waiting_mappings: int
    open_alerts: int


def attention(scope: Scope) -> Attention:
    """What waits for a person in `scope`; one query."""
    shut = Breaker.objects.in_scope(scope).filter(state__in=NOT_CLOSED).order_by().values_list("scope")
    held = HeldSlice.objects.in_scope(scope).filter(state=HeldState.WAITING).order_by().values_list(Value(_HELD))
    waiting = Mapping.objects.in_scope(scope).filter(status__in=OPEN).order_by().values_list(Value(_MAPPING))
    alerts = Alert.objects.in_scope(scope).filter(is_live=True, opened_at__isnull=False)
    alert_count = alerts.order_by().values_list(Value(_ALERT)).annotate(Count("pk"))
    held_count, waiting_count = held.annotate(Count("pk")), waiting.annotate(Count("center", distinct=True))
    counts = dict(shut.annotate(Count("pk")).union(held_count, waiting_count, alert_count, all=True))
    left_alone = ShutCount(counts.get(BreakerScope.SERVER, 0), counts.get(BreakerScope.CENTER, 0))
    return Attention(left_alone, counts.get(_HELD, 0), counts.get(_MAPPING, 0), counts.get(_ALERT, 0))
