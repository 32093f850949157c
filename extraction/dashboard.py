"""The first page: is yesterday complete? And the same for any other day."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from extraction.breaker_reset import shut_count
from extraction.completeness import BADGES, DAY_STATE_LABELS, DayReport, DayState, day_report, last_days
from extraction.held_views import waiting_count
from extraction.models import ExtractionRun
from extraction.run_requests import yesterday
from mappings.enums import MappingStatus
from mappings.models import Mapping

LAST_RUNS = 5
LAST_DAYS = 10


def dashboard(request: HttpRequest) -> HttpResponse:
    """Counts by state, attention by cause, the last runs; a constant number of queries."""
    report = day_report(yesterday())
    waiting = Mapping.objects.filter(status__in=(MappingStatus.DRAFT, MappingStatus.IN_REVIEW))
    context = {
        "report": report,
        "stats": _stats(report),
        "causes": report.causes(),
        "last_days": last_days(LAST_DAYS),
        "last_runs": ExtractionRun.objects.select_related("requested_by")[:LAST_RUNS],
        "waiting_mappings": waiting.order_by().values("center").distinct().count(),
        "left_alone": shut_count(),
        "held_days": waiting_count(),
    }
    return render(request, "extraction/dashboard.html", context)


def day_detail(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Every center on one day; `state` and `cause` in the address narrow the list."""
    report = day_report(day, with_runs=True)
    state, cause = request.GET.get("state", ""), request.GET.get("cause", "")
    if state and state not in set(DayState):
        raise Http404
    shown = [
        center
        for center in report.centers
        if (not state or center.state == state) and (not cause or center.cause == cause)
    ]
    context = {"report": report, "stats": _stats(report), "centers": shown, "state": state, "cause": cause}
    return render(request, "extraction/day_detail.html", context)


def _stats(report: DayReport) -> list[dict[str, object]]:
    return [
        {"state": state.value, "badge": BADGES.get(state, state.value), "label": label, "count": report.count(state)}
        for state, label in DAY_STATE_LABELS.items()
    ]
