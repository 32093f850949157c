"""The first page: is yesterday complete? And the same for any other day."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from centers.scope import NOTHING, scope_of
from dentalhub.access import Right, may, right_required
from dentalhub.compressed import compressed
from extraction.attention import attention
from extraction.completeness import BADGES, DAY_STATE_LABELS, DayReport, DayState, day_report, last_days
from extraction.entry_charts import day_chart
from extraction.models import ExtractionRun
from extraction.next_runs import next_runs
from extraction.run_requests import yesterday

LAST_RUNS = 5
LAST_DAYS = 10
# Business dates of the chart: six weeks of working days.
TREND_DAYS = 30


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Counts by state, attention by cause, the last runs; a constant number of queries. Empty without a role."""
    scope = scope_of(request.user) if may(request.user, Right.READ_SLICES) else NOTHING
    report = day_report(yesterday(), scope)
    waiting = attention(scope)
    landed = last_days(TREND_DAYS, scope)
    context = {
        "report": report,
        "stats": _stats(report),
        "causes": report.causes(),
        "last_days": landed[:LAST_DAYS],
        "earlier_days": landed[LAST_DAYS:],
        "last_open": next((day for day in landed if day.entries), None),
        "trend": day_chart(landed[::-1], places=TREND_DAYS),
        "next_runs": next_runs(scope, timezone.now()),
        "last_runs": ExtractionRun.objects.in_scope(scope).select_related("requested_by")[:LAST_RUNS],
        "waiting_mappings": waiting.waiting_mappings,
        "left_alone": waiting.left_alone,
        "held_days": waiting.held_days,
        "open_alerts": waiting.open_alerts,
    }
    return render(request, "extraction/dashboard.html", context)


@require_safe
@right_required(Right.READ_SLICES)
@compressed
def day_detail(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Every center of the person's regions on one day; `state` and `cause` in the address narrow the list."""
    report = day_report(day, scope_of(request.user), with_runs=True)
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
        # Rare, and then on old days only.
        if state is not DayState.DELETED or report.count(state)
    ]
