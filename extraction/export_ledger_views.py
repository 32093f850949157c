"""The ledger of exports: everybody their own, admins all; and the files that wait for their person."""

import datetime as dt
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dentalhub.access import Right, right_required
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, rows_of
from dentalhub.live_pages import render_live_page
from dentalhub.milestones import Heard
from dentalhub.reauthentication import recent_sign_in_required
from extraction.enums import ExportState
from extraction.export_downloads import may_download, take
from extraction.export_files import ExportStorageError
from extraction.export_filters import from_text
from extraction.export_formats import file_name, format_choices
from extraction.export_jobs import cancel
from extraction.export_ledger import visible_to
from extraction.export_models import Export
from extraction.leases import WORKER_WAIT
from extraction.list_columns import EXPORTS
from extraction.list_lines import export_line, headings
from extraction.list_searches import exports_matching

EXPORTS_PER_PAGE = 50


@require_safe
@right_required(Right.EXPORT_ENTRIES)
def export_list(request: HttpRequest) -> HttpResponseBase:
    """What has left; the address narrows and sorts it, and `format=csv` makes a file of the ledger."""
    asked = EXPORTS.asked(request)
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    exports = exports_matching(visible_to(request.user), search)
    if state in ExportState.values:
        exports = exports.filter(state=state)
    exports = EXPORTS.ordered(exports, asked.sort)
    if asked.wants_csv:
        return csv_answer(request, asked, headings(EXPORTS), map(export_line, rows_of(exports)))
    page = Paginator(exports, EXPORTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "state": state, "search": search, "states": ExportState.choices, "asked": asked}
    return render_page(request, "extraction/export_list.html", "extraction/_export_table.html", context)


@require_safe
@right_required(Right.EXPORT_ENTRIES)
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One export; htmx asks for its progress every two seconds until it has ended."""
    export = get_object_or_404(visible_to(request.user), pk=pk)
    no_worker_since = _no_worker_since(export)
    heard = Heard.at(export.row_count, export.row_estimate, waits=no_worker_since is not None)
    context = {
        "export": export,
        "wanted": from_text(export.wanted),
        "format_label": dict(format_choices()).get(export.format, export.format),
        "may_download": may_download(export, request.user),
        "no_worker_since": no_worker_since,
    }
    templates = "extraction/export_detail.html", "extraction/_export_progress.html"
    return render_live_page(request, *templates, context, is_finished=not export.is_open, heard=heard)


def _no_worker_since(export: Export) -> dt.datetime | None:
    """Since when nobody works on an export that is not finished; None while it is in hand."""
    now = timezone.now()
    if export.state == ExportState.QUEUED:
        # The tick rings again for what nobody took: that is no later beginning of the waiting.
        since = export.queued_at if export.started_at else export.requested_at
        return since if now - since > WORKER_WAIT else None
    is_silent = export.state == ExportState.RUNNING and export.lease_until is not None and export.lease_until < now
    return export.lease_until if is_silent else None


@require_POST
@right_required(Right.EXPORT_ENTRIES)
def export_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End a file in the background."""
    export = get_object_or_404(visible_to(request.user), pk=pk)
    if cancel(export, cast("User", request.user)):
        messages.info(request, _("The export ends now. What was written is deleted."))
    else:
        messages.info(request, _("The export had ended already."))
    return redirect(export)


@require_safe
@right_required(Right.EXPORT_ENTRIES)
@recent_sign_in_required
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the person who asked for it and nobody else, until its time is over."""
    export = get_object_or_404(visible_to(request.user), pk=pk, requested_by_id=request.user.pk)
    if not may_download(export, request.user):
        raise Http404
    try:
        file = take(export, cast("User", request.user))
    except ExportStorageError as error:
        messages.error(request, str(error))
        return redirect(export)
    wanted = from_text(export.wanted)
    name = file_name(wanted.date_from, wanted.date_to, export.form)
    response = FileResponse(file, content_type=export.form.content_type, as_attachment=True, filename=name)
    response.headers["Content-Length"] = str(export.byte_count)
    return response
