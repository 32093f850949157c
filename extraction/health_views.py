"""For load balancers and operators: can the web process serve, and does the rest of the installation work?"""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from centers.models import Region
from dentalhub import health, odbc_runtime
from dentalhub.metrics import may_scrape
from extraction.enums import BreakerState
from extraction.metric_models import RegionDay
from extraction.models import Breaker
from extraction.queue_health import QueueHealth, broker_answers, health_of
from extraction.queues import all_queues, queue_of

_TROUBLED = ("failed", "missing")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 while pages cannot be served; else 200, and what else is wrong: broker, workers, driver.

    `?strict=1` answers 503 for those too. A web process whose workers are ill still shows pages: a load balancer
    must not take it away.
    """
    if obstacle := health.obstacle():
        return JsonResponse({"status": "unavailable", **obstacle}, status=503)
    found = health_of(all_queues())
    deaf = [one.queue for one in found if one.is_deaf(settings.DEAF_SECONDS)]
    checks = {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok" if broker_answers(found) else "no answer",
        "workers": "deaf" if deaf else "ok",
        "driver": "missing" if odbc_runtime.missing() else "ok",
    }
    is_fine = set(checks.values()) == {"ok"}
    is_refused = not is_fine and request.GET.get("strict") == "1"
    status = "ok" if is_fine else "degraded"
    return JsonResponse({"status": status, "checks": checks, "deaf_queues": deaf}, status=503 if is_refused else 200)


@login_not_required
@require_safe
def overview(request: HttpRequest) -> JsonResponse:
    """One entry per region: its workers, its last business date, what is left alone. For whoever may scrape metrics."""
    if not may_scrape(request):
        raise Http404
    if obstacle := health.obstacle():
        return JsonResponse({"status": "unavailable", **obstacle}, status=503)
    found = health_of(all_queues())
    queues = {one.queue: one for one in found}
    days = {day.region_id: day for day in RegionDay.objects.all()}
    shut = Breaker.objects.exclude(state=BreakerState.CLOSED)
    of_servers = list(shut.filter(server__isnull=False).values_list("server__region", flat=True))
    of_centers = list(shut.filter(center__isnull=False).values_list("center__server__region", flat=True))
    regions = [
        _region(region, queues[queue_of(region.code)], days.get(region.pk), (of_servers + of_centers).count(region.pk))
        for region in Region.objects.order_by("code")
    ]
    answers = broker_answers(found)
    status = "ok" if answers and all(region["status"] == "ok" for region in regions) else "degraded"
    return JsonResponse({"status": status, "broker": "ok" if answers else "no answer", "regions": regions})


def _region(region: Region, queue: QueueHealth, day: RegionDay | None, shut: int) -> dict[str, Any]:
    states: dict[str, int] = json.loads(day.states) if day else {}
    is_deaf = queue.is_deaf(settings.DEAF_SECONDS)
    return {
        "region": region.code,
        "status": "degraded" if is_deaf or shut or any(states.get(state) for state in _TROUBLED) else "ok",
        "queue": queue.queue,
        "workers": "deaf" if is_deaf else "heard",
        "heartbeat_age_seconds": queue.beat_age,
        "oldest_task_seconds": queue.oldest_age,
        "business_date": day.business_date.isoformat() if day else None,
        "centers": states,
        "breakers_open": shut,
    }
