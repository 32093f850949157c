"""Pages about results: browse and totals. Patient data: analysts and admins only."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dentalhub.access import Right, may_reveal_patients, right_required
from dentalhub.htmx import render_page, wants_fragment
from extraction.entries import EntryPage, Key, page
from extraction.entry_charts import day_chart, lengths, shares
from extraction.entry_forms import EntryFilterForm, address_query, kept_parts
from extraction.entry_searches import HANDLE, keep, with_kept
from extraction.entry_totals import entry_count, totals
from extraction.export_formats import format_choices
from extraction.patients import SeenEntry, pseudonymised, revealed
from extraction.reveal_forms import RevealForm

ENTRIES_PER_PAGE = 100
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.READ_ENTRIES)
def entry_list(request: HttpRequest) -> HttpResponse:
    """GET: chart entries by filter; without one, those of the last business date that has any.

    POST: the filter as it was filled in, on the way to its address, which holds nothing of a patient.
    """
    if request.method == "POST":
        return _to_address(request)
    form = _asked_form(request)
    if form is None or not form.is_valid():
        return _list_page(request, {"form": form or EntryFilterForm(person=request.user), "is_forgotten": form is None})
    return _list_page(request, _found(request, form))


@require_POST
@right_required(Right.READ_ENTRIES)
def entry_reveal(request: HttpRequest) -> HttpResponse:
    """The same page of the list with the patients' own ids; who saw how many and why is recorded."""
    if not may_reveal_patients(request.user):
        raise PermissionDenied
    form = _asked_form(request)
    if form is None or not form.is_valid():
        return redirect("extraction:entry_list")
    why = RevealForm(request.POST)
    if not why.is_valid():
        return _list_page(request, _found(request, form) | {"reveal_form": why}, UNPROCESSABLE)
    return _list_page(request, _found(request, form, why.cleaned_data))


@require_safe
@right_required(Right.READ_ENTRIES)
def entry_figures(request: HttpRequest) -> HttpResponse:
    """Totals and charts of what the filter finds."""
    form = _asked_form(request)
    context: dict[str, Any] = {"form": form, "is_forgotten": form is None}
    if form is not None and form.is_valid():
        wanted = form.entry_filter()
        found = totals(wanted)
        context |= {
            "totals": found,
            "chart": day_chart(found.days),
            "shares": shares(found.by_status),
            "codes": lengths(found.codes),
            "query": address_query(wanted, request.GET.get(HANDLE, "")),
        }
    return render_page(request, "extraction/entry_figures.html", "extraction/_entry_figures.html", context)


def _to_address(request: HttpRequest) -> HttpResponse:
    form = EntryFilterForm(request.POST, person=request.user)
    if not form.is_valid():
        return _list_page(request, {"form": form}, UNPROCESSABLE)
    wanted = form.entry_filter()
    query = address_query(wanted, keep(request, kept_parts(wanted)))
    return redirect(f"{reverse('extraction:entry_list')}?{query}")


def _asked_form(request: HttpRequest) -> EntryFilterForm | None:
    """The filter of the address; None when what it searches for is not known any more."""
    data = with_kept(request)
    return None if data is None else EntryFilterForm(EntryFilterForm.filled(data, request.user), person=request.user)


def _found(request: HttpRequest, form: EntryFilterForm, why: dict[str, str] | None = None) -> dict[str, Any]:
    """The entries of the filter, with patient ids where a valid RevealForm says `why`."""
    wanted = form.entry_filter()
    before, after = (Key.parse(request.GET.get(name, "")) for name in ("before", "after"))
    shown = page(wanted, after, ENTRIES_PER_PAGE, before=before)
    is_whole = shown.next_key is None and shown.previous_key is None
    return {
        "form": form,
        "entries": _seen(request, shown, why),
        "page": shown,
        "count": len(shown.entries) if is_whole else entry_count(wanted),
        "query": address_query(wanted, request.GET.get(HANDLE, "")),
        "place": f"&before={before}" if before else f"&after={after}" if after else "",
        # A short page before the last one: a search goes only so far in one request.
        "searched_to": shown.next_key.day if shown.next_key and len(shown.entries) < ENTRIES_PER_PAGE else None,
        "is_revealed": why is not None,
        "reveal_form": RevealForm(),
        "may_reveal": may_reveal_patients(request.user),
        "formats": format_choices(),
    }


def _seen(request: HttpRequest, shown: EntryPage, why: dict[str, str] | None) -> list[SeenEntry]:
    if why is None:
        return pseudonymised(shown.entries)
    return revealed(shown.entries, request.user, reason=why["reason"], note=why["note"])


def _list_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context["is_fragment"] = wants_fragment(request)
    return render_page(request, "extraction/entry_list.html", "extraction/_entry_table.html", context, status)
