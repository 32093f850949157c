"""Discovering chosen centers in the background: the request, its progress, and trying again what failed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.live_pages import render_live_page
from dentalhub.milestones import Heard
from mappings.discovery_jobs import retry_failed
from mappings.discovery_progress import items_of, progress_of, what_happened
from mappings.enums import DiscoveryState
from mappings.models import DiscoveryJob
from mappings.page_access import person
from mappings.tasks import look_soon

CENTERS_PER_PAGE = 50


@require_safe
@role_required(Role.ADMIN, Role.REVIEWER)
def discovery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job with a page of its centers that the person sees; htmx asks for its progress until it has ended."""
    scope = scope_of(request.user)
    job = get_object_or_404(DiscoveryJob.objects.in_scope(scope).select_related("requested_by"), pk=pk)
    progress, state = progress_of(job, scope), request.GET.get("state", "")
    items = items_of(job, scope).select_related("center__server__region", "center__schema_watch", "mapping__center")
    items = items.defer("mapping__content").order_by("center__center_id")
    if state in DiscoveryState.values:
        items = items.filter(state=state)
    page = Paginator(items, CENTERS_PER_PAGE).get_page(request.GET.get("page"))
    heard = Heard.at(progress.finished, progress.all, waits=progress.no_worker_since is not None)
    context = {
        "job": job,
        "progress": progress,
        "page_obj": page,
        "rows": [{"item": item, "text": what_happened(item)} for item in page.object_list],
        "state": state,
        "querystring": urlencode({"state": state}) if state else "",
    }
    templates = "mappings/discovery_detail.html", "mappings/_discovery_progress.html"
    return render_live_page(request, *templates, context, is_finished=progress.is_finished, heard=heard)


@require_POST
@role_required(Role.ADMIN, Role.REVIEWER)
def discovery_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more for the person's centers of a job that came to nothing."""
    job = get_object_or_404(DiscoveryJob.objects.for_user(request.user), pk=pk)
    count = retry_failed(job, person(request))
    if count:
        look_soon()
        text = ngettext("%(count)d center is tried again.", "%(count)d centers are tried again.", count)
        messages.info(request, text % {"count": count})
    else:
        messages.info(request, _("There is nothing to try again."))
    return redirect(job)
