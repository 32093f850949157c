"""Pages about results: browse and download. Patient data: analysts and admins only."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.entries import EntryFilter, Key, find, page
from extraction.exports import ExportFormat, file_name, stream
from extraction.forms import EntryFilterForm
from extraction.models import Slice

ENTRIES_PER_PAGE = 100


@require_safe
@role_required(Role.ANALYST, Role.ADMIN)
def entry_list(request: HttpRequest) -> HttpResponse:
    """Chart entries by filter; without one, those of the last business date that has any."""
    data = request.GET.copy()
    if not data:
        filled = Slice.objects.filter(entry_count__gt=0).order_by("-business_date")
        last = filled.values_list("business_date", flat=True).first()
        if last is not None:
            data["date_from"] = data["date_to"] = last.isoformat()
    form = EntryFilterForm(data)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        wanted = form.entry_filter()
        shown = page(wanted, Key.parse(data.get("after", "")), ENTRIES_PER_PAGE)
        context |= {
            "entries": shown.entries,
            "count": find(wanted).count(),
            "next_key": shown.next_key,
            "is_first": not data.get("after"),
            "query": _query(wanted),
            "formats": [
                (ExportFormat.CSV, _("CSV")),
                (ExportFormat.SPREADSHEET, _("CSV for spreadsheets")),
                (ExportFormat.JSON, _("JSON")),
            ],
        }
    return render_page(request, "extraction/entry_list.html", "extraction/_entry_table.html", context)


@require_safe
@role_required(Role.ANALYST, Role.ADMIN)
def entry_export(request: HttpRequest) -> HttpResponseBase:
    """Download what the filter finds, as `format` says: csv, spreadsheet or json."""
    form = EntryFilterForm(request.GET)
    kind = request.GET.get("format", ExportFormat.CSV.value)
    if not form.is_valid() or kind not in set(ExportFormat):
        return HttpResponseBadRequest(_("This filter or format does not exist."))
    wanted, chosen = form.entry_filter(), ExportFormat(kind)
    response = StreamingHttpResponse(stream(wanted, chosen, request.user), content_type=chosen.content_type)
    name = file_name(wanted.date_from, wanted.date_to, chosen)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _query(wanted: EntryFilter) -> str:
    """The filter as the query of an address, for the next page and the downloads."""
    parts = {
        "date_from": wanted.date_from.isoformat() if wanted.date_from else "",
        "date_to": wanted.date_to.isoformat() if wanted.date_to else "",
        "center": "".join(wanted.center_ids),
        "status": wanted.status,
        "service_code": wanted.service_code,
        "text": wanted.text,
    }
    return urlencode({name: value for name, value in parts.items() if value})
