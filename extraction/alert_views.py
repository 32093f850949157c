"""The page of alerts: what is wrong now, and what was."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from centers.models import Region
from dentalhub.access import Role, has_role, role_required
from dentalhub.htmx import render_page
from extraction.alert_causes import AlertCause
from extraction.alerts.wording import path_of, sentence
from extraction.list_columns import ALERTS
from extraction.models import Alert, AlertChannel

PAGE_SIZE = 50
# Pages that only these may open.
_GUARDED = {
    AlertCause.AUDIT_BROKEN: (Role.ADMIN, Role.AUDITOR),
    AlertCause.AGREEMENT: (Role.ADMIN, Role.AUDITOR),
}


@require_safe
@role_required(*Role)
def alert_list(request: HttpRequest) -> HttpResponse:
    """The open alerts of the person's regions, the worst first; `state=past` in the address: those that are over."""
    is_past = request.GET.get("state") == "past"
    asked = (replace(ALERTS, default="-until") if is_past else ALERTS).asked(request)
    cause, code = request.GET.get("cause", ""), request.GET.get("region", "")
    # What was noticed only a moment ago is nobody's business yet.
    alerts = Alert.objects.for_user(request.user).filter(is_live=not is_past, opened_at__isnull=False)
    if cause:
        alerts = alerts.filter(cause=cause)
    if code:
        alerts = alerts.filter(region__code=code)
    found = ALERTS.ordered(alerts.select_related("region"), asked.sort)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [_row(alert, request) for alert in page.object_list]
    context = {
        "page_obj": page,
        "rows": rows,
        "has_no_channel": not (rows or is_past) and _has_no_channel(request),
        "is_past": is_past,
        "causes": AlertCause.choices,
        "regions": Region.objects.for_user(request.user).order_by("name").values_list("code", "name"),
        "cause": cause,
        "code": code,
        "asked": asked,
    }
    return render_page(request, "extraction/alert_list.html", "extraction/_alert_table.html", context)


def _has_no_channel(request: HttpRequest) -> bool:
    return has_role(request.user, Role.ADMIN) and not AlertChannel.objects.exists()


def _row(alert: Alert, request: HttpRequest) -> dict[str, Any]:
    count, region = alert.value or alert.most, alert.region
    guarded = _GUARDED.get(alert.cause)  # type: ignore[call-overload]
    return {
        "alert": alert,
        "text": sentence(alert.cause, alert.detail, count, region.name if region else ""),
        "path": path_of(alert.cause, region.code if region else "")
        if guarded is None or has_role(request.user, *guarded)
        else "",
    }
