"""The ledger of exports: everybody their own, admins all; and the files that wait for their person."""

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
from dentalhub.htmx import render_page, wants_fragment
from extraction.enums import ExportState
from extraction.export_downloads import may_download, take
from extraction.export_files import ExportStorageError
from extraction.export_filters import from_text
from extraction.export_formats import file_name, format_choices
from extraction.export_jobs import cancel
from extraction.export_ledger import visible_to
from extraction.models import Export
from extraction.run_views import STOP_POLLING, WORKER_WAIT

EXPORTS_PER_PAGE = 50


@require_safe
@right_required(Right.EXPORT_ENTRIES)
def export_list(request: HttpRequest) -> HttpResponse:
    """What has left, the latest first; `state` in the address narrows it."""
    state = request.GET.get("state", "")
    exports = visible_to(request.user).order_by("-pk")
    if state in ExportState.values:
        exports = exports.filter(state=state)
    page = Paginator(exports, EXPORTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "state": state, "states": ExportState.choices, "formats": dict(format_choices())}
    return render_page(request, "extraction/export_list.html", "extraction/_export_table.html", context)


@require_safe
@right_required(Right.EXPORT_ENTRIES)
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One export; htmx asks for its progress every two seconds until it has ended."""
    export = get_object_or_404(visible_to(request.user), pk=pk)
    waits = export.state == ExportState.QUEUED and timezone.now() - export.queued_at > WORKER_WAIT
    context = {
        "export": export,
        "wanted": from_text(export.wanted),
        "format_label": dict(format_choices()).get(export.format, export.format),
        "may_download": may_download(export, request.user),
        "no_worker_since": export.queued_at if waits else None,
        "is_fragment": wants_fragment(request),
    }
    status = STOP_POLLING if wants_fragment(request) and not export.is_open else 200
    return render_page(request, "extraction/export_detail.html", "extraction/_export_progress.html", context, status)


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
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the person who asked for it and nobody else, until its time is over."""
    export = get_object_or_404(Export, pk=pk, requested_by_id=request.user.pk)
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
