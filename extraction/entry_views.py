"""Pages about results: browse. Patient data: analysts and admins only."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.entries import EntryFilter, Key, find, page
from extraction.export_formats import format_choices
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
            "formats": format_choices(),
        }
    return render_page(request, "extraction/entry_list.html", "extraction/_entry_table.html", context)


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
