"""The page with everything that happened to one center. It shows runs, and so it belongs to this app."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from centers.models import Center
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.center_timeline import center_timeline

PAGE_SIZE = 50


@require_safe
@role_required(*Role)
def timeline(request: HttpRequest, center_id: str) -> HttpResponse:
    """Snapshots, versions, decisions, drift and runs, the newest first."""
    centers = Center.objects.for_user(request.user).select_related("server__region")
    center = get_object_or_404(centers, center_id=center_id)
    page = Paginator(center_timeline(center), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"center": center, "page_obj": page}
    return render_page(request, "extraction/center_timeline.html", "extraction/_timeline.html", context)
