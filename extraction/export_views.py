"""Taking entries away: say what would leave, download it, or have it made in the background."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dentalhub.access import Right, right_required
from dentalhub.htmx import render_page, wants_fragment
from dentalhub.reauthentication import recent_sign_in_required
from extraction.exceptions import ExportRefusedError
from extraction.export_estimates import Estimate, estimate, is_large
from extraction.export_filters import is_storable
from extraction.export_formats import file_name
from extraction.export_forms import ExportForm
from extraction.export_jobs import request_export
from extraction.export_streams import stream
from extraction.tasks import dispatch_export


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.EXPORT_ENTRIES)
@recent_sign_in_required
def entry_export(request: HttpRequest) -> HttpResponseBase:
    """The form with the number of rows; sent, the download, or the page of the job that makes the file.

    What a person searched for comes in the body only, and is stored nowhere.
    """
    if request.method != "POST":
        data = request.GET.copy()
        for name, value in ExportForm.defaults().items():
            data.setdefault(name, value)
        return _page(request, ExportForm(data, person=request.user))
    data = request.POST.copy()
    if "check" in data:
        # The results send their filter only.
        for name, value in ExportForm.defaults().items():
            data.setdefault(name, value)
    form = ExportForm(data, person=request.user)
    if not form.is_valid():
        return _page(request, form, 422)
    # Without JavaScript a button of its own asks how many rows there are.
    if "check" in request.POST or wants_fragment(request):
        return _page(request, form)
    wanted, chosen = form.entry_filter(), form.chosen_format()
    expected = estimate(wanted)
    if "background" in request.POST or (is_large(expected.rows, chosen) and is_storable(wanted)):
        return _in_background(request, form)
    return download(request, form, expected)


def download(request: HttpRequest, form: ExportForm, expected: Estimate) -> HttpResponseBase:
    """The file that the valid form asks for as an attachment, sent while it is made."""
    wanted, chosen = form.entry_filter(), form.chosen_format()
    pieces = stream(wanted, chosen, cast("User", request.user), expected=expected, why=form.why())
    response = StreamingHttpResponse(pieces, content_type=chosen.content_type)
    name = file_name(wanted.date_from, wanted.date_to, chosen)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _in_background(request: HttpRequest, form: ExportForm) -> HttpResponse:
    wanted, person, key = form.entry_filter(), cast("User", request.user), form.cleaned_data["request_key"]
    try:
        asked = request_export(wanted, form.chosen_format(), person, key=key, why=form.why())
    except ExportRefusedError as error:
        form.add_error(None, str(error))
        return _page(request, form, 422)
    if asked.is_new:
        dispatch_export(asked.export)
        messages.info(request, _("The file is made in the background. You may leave this page."))
    return redirect(asked.export)


def _page(request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {"form": form, "is_fragment": wants_fragment(request)}
    if form.is_valid():
        wanted = form.entry_filter()
        expected = estimate(wanted)
        context |= {
            "expected": expected,
            "is_large": is_large(expected.rows, form.chosen_format()),
            "is_storable": is_storable(wanted),
        }
    # htmx swaps in what says why something is wrong.
    shown = 200 if wants_fragment(request) else status
    return render_page(request, "extraction/entry_export.html", "extraction/_export_estimate.html", context, shown)
