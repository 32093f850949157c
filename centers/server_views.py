"""The page that lists regions and servers."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from centers.models import DatabaseServer, Region
from dentalhub.access import Role, role_required


@require_safe
@role_required(*Role)
def server_list(request: HttpRequest) -> HttpResponse:
    """Regions and servers with how much depends on each; a stored reference is not shown."""
    servers = DatabaseServer.objects.select_related("region").annotate(center_count=Count("centers"))
    regions = Region.objects.annotate(
        server_count=Count("servers", distinct=True), center_count=Count("servers__centers")
    )
    return render(request, "centers/server_list.html", {"servers": servers, "regions": regions})
