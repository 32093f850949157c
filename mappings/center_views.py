"""The list of centers with their mappings, and the page of one center: snapshots, versions, discovery."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from centers.exceptions import CentersError
from centers.models import Region
from centers.samples import Skipped
from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, rows_of
from mappings.center_list import (
    BADGES,
    DRIFT_LABEL,
    DRIFTED,
    STATE_LABELS,
    STATE_OF_ORDER,
    centers_with_mappings,
    narrowed,
    state_counts,
)
from mappings.discovery import Outcome
from mappings.discovery import discover as discover_center
from mappings.drift_views import drift_context
from mappings.enums import DriftState
from mappings.forms import MappingFileForm
from mappings.holds import hold_sentence
from mappings.list_columns import MAPPINGS, mapping_headings, mapping_line
from mappings.page_access import center_or_404, may_edit, person
from mappings.queries import newest_snapshot
from mappings.rediscovery import settle
from mappings.rediscovery_views import tell_look, watch_context
from mappings.versions import propose_for

PAGE_SIZE = 50
_SHOWN_SNAPSHOTS = 10
# Why values are missing that were asked for.
_UNREAD = (Skipped.FORBIDDEN, Skipped.TOO_SLOW, Skipped.FAILED)


@require_GET
@role_required(*Role)
def mapping_list(request: HttpRequest) -> HttpResponseBase:
    """Every center that the person sees with where its mapping stands; the address narrows and sorts."""
    asked, scope = MAPPINGS.asked(request), scope_of(request.user)
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    region = request.GET.get("region", "")
    centers = MAPPINGS.ordered(narrowed(centers_with_mappings(scope), state, search, region), asked.sort)
    if asked.wants_csv:
        return csv_answer(request, asked, mapping_headings(), map(mapping_line, rows_of(centers)))
    page = Paginator(centers, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "center": center,
            "state": BADGES[word],
            "label": STATE_LABELS[word],
            "drift": DriftState(center.drift),
            "hold": hold_sentence(center.hold),
        }
        for center in page.object_list
        for word in (STATE_OF_ORDER[center.state_order],)
    ]
    context = {
        "page_obj": page,
        "rows": rows,
        "counts": state_counts(scope),
        "states": [*STATE_LABELS.items(), (DRIFTED, DRIFT_LABEL)],
        "regions": Region.objects.for_user(request.user).order_by("name").values_list("code", "name"),
        "state": state,
        "search": search,
        "region": region,
        "asked": asked,
    }
    return render_page(request, "mappings/mapping_list.html", "mappings/_center_table.html", context)


@require_GET
@role_required(*Role)
def center_mappings(request: HttpRequest, center_id: str) -> HttpResponse:
    """One center's snapshots and versions, and what can be done next."""
    center = center_or_404(request, center_id)
    context = {
        "center": center,
        "snapshots": center.snapshots.order_by("-seen_at", "-pk").defer("content", "profile")[:_SHOWN_SNAPSHOTS],
        "versions": center.mappings.select_related("author", "reviewer").order_by("-version").defer("content"),
        "may_edit": may_edit(request),
        "form": MappingFileForm(),
        **drift_context(center),
        **watch_context(center),
    }
    return render(request, "mappings/center_mappings.html", context)


@require_POST
@role_required(Role.ADMIN, Role.REVIEWER)
def discover(request: HttpRequest, center_id: str) -> HttpResponse:
    """Read the source's catalog now, and say what came of it."""
    center = center_or_404(request, center_id)
    back = "mappings:drift_detail" if request.POST.get("next") == "drift" else "mappings:center_mappings"
    try:
        found = discover_center(center, person(request))
    except CentersError as error:
        settle(Outcome(center, error=error), person(request))
        messages.error(request, _("The source could not be read. %(reason)s") % {"reason": error})
        return redirect(back, center_id)
    text = _("Discovered: %(tables)s tables, %(columns)s columns.")
    if not found.is_new:
        text = _("Discovered: %(tables)s tables, %(columns)s columns, the same schema as before.")
    counts = {"tables": found.snapshot.table_count, "columns": found.snapshot.column_count}
    messages.success(request, text % counts)
    tell_look(request, settle(Outcome(center, found), person(request)))
    unread = sum(found.not_profiled.get(reason, 0) for reason in _UNREAD)
    if unread:
        text = ngettext(
            "The values of %(count)d table could not be looked at; its columns are judged by name and type only.",
            "The values of %(count)d tables could not be looked at; their columns are judged by name and type only.",
            unread,
        )
        messages.warning(request, text % {"count": unread})
    return redirect(back, center_id)


@require_POST
@role_required(Role.ADMIN, Role.REVIEWER)
def propose(request: HttpRequest, center_id: str) -> HttpResponse:
    """A proposal for the newest snapshot, and on to its page."""
    center = center_or_404(request, center_id)
    snapshot = newest_snapshot(center)
    if snapshot is None:
        messages.error(request, _("There is no snapshot yet. Discover the center first."))
        return redirect("mappings:center_mappings", center_id)
    mapping = propose_for(center, snapshot, person(request))
    messages.success(request, _("The proposal is version %(version)s.") % {"version": mapping.version})
    return redirect(mapping)
