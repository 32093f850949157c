"""The page of one center's drift: what became of every table and column that the approved version uses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from centers.models import Center
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from mappings.drift_state import center_drift, waiting_for_review
from mappings.page_access import center_or_404, may_edit
from mappings.rediscovery_views import watch_context


@require_GET
@role_required(*Role)
def drift_detail(request: HttpRequest, center_id: str) -> HttpResponse:
    """Every mapped table and column, changed or not."""
    center = center_or_404(request, center_id)
    context = {**drift_context(center), **watch_context(center), "center": center, "may_edit": may_edit(request)}
    return render_page(request, "mappings/drift_detail.html", "mappings/_drift.html", context)


def drift_context(center: Center) -> dict[str, Any]:
    """What `mappings/_drift.html` shows; `found` is None when the approved version's snapshot is still the newest."""
    found = center_drift(center)
    return {"found": found, "waiting": waiting_for_review(center, found.snapshot) if found else None}
