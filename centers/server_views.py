"""The page that lists regions and servers."""

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from centers.models import DatabaseServer, Region
from centers.server_columns import SERVERS
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from dentalhub.spellings import contains

SERVERS_PER_PAGE = 50
MOST_WORDS = 5


@require_safe
@role_required(*Role)
def server_list(request: HttpRequest) -> HttpResponse:
    """Regions and servers with how much depends on each; a stored reference is not shown."""
    asked = SERVERS.asked(request)
    search, region = request.GET.get("q", "").strip(), request.GET.get("region", "")
    servers = DatabaseServer.objects.for_user(request.user).select_related("region")
    servers = SERVERS.ordered(_narrowed(servers, search, region).annotate(center_count=Count("centers")), asked.sort)
    page = Paginator(servers, SERVERS_PER_PAGE).get_page(request.GET.get("page"))
    own = Region.objects.for_user(request.user)
    regions = own.annotate(server_count=Count("servers", distinct=True), center_count=Count("servers__centers"))
    context = {
        "page_obj": page,
        "asked": asked,
        "search": search,
        "region": region,
        "regions": regions,
        "region_choices": own.order_by("name").values_list("code", "name"),
    }
    return render_page(request, "centers/server_list.html", "centers/_server_table.html", context)


def _narrowed(servers: QuerySet[DatabaseServer], search: str, region: str) -> QuerySet[DatabaseServer]:
    if region:
        servers = servers.filter(region__code=region)
    for word in search.replace("\0", "").split()[:MOST_WORDS]:
        servers = servers.filter(contains(word, "code", "host"))
    return servers
