"""The page of one entry with where it came from, and the SQL that read its slice."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from dentalhub.access import Role, may_reveal_patients, role_required
from dentalhub.htmx import render_page
from extraction.exceptions import SourceSqlError
from extraction.models import ChartEntry, Slice
from extraction.patients import pseudonymised, revealed
from extraction.reveal_forms import RevealForm
from extraction.source_sql import sql_of

# More rows than any day of a center has.
MOST_ROWS = 2**31
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ANALYST, Role.ADMIN)
def entry_detail(request: HttpRequest, center_id: str, day: dt.date, position: int) -> HttpResponse:
    """One entry and its way here: slice, run, mapping version, snapshot. POST: with the patient's own id, recorded."""
    if position >= MOST_ROWS:
        raise Http404
    found = ChartEntry.objects.for_user(request.user).select_related("center")
    row = get_object_or_404(found, center__center_id=center_id, business_date=day, position=position)
    why, status = RevealForm(), 200
    if request.method == "POST":
        why = RevealForm(request.POST)
        if not may_reveal_patients(request.user):
            raise PermissionDenied
        if why.is_valid():
            (seen,) = revealed([row], request.user, **why.cleaned_data)
        else:
            (seen,), status = pseudonymised([row]), UNPROCESSABLE
    else:
        (seen,) = pseudonymised([row])
    context = {
        "entry": seen,
        "slice": _slice(request, center_id, day),
        "may_reveal": may_reveal_patients(request.user),
        "reveal_form": why,
    }
    return render(request, "extraction/entry_detail.html", context, status=status)


@require_safe
@role_required(*Role)
def slice_sql(request: HttpRequest, center_id: str, day: dt.date) -> HttpResponse:
    """The SQL that read a slice: names of the approved snapshot and question marks, no value."""
    landed = _slice(request, center_id, day)
    context = {"slice": landed, "sql": "", "problem": ""}
    try:
        context["sql"] = sql_of(landed.center, landed.mapping_id, day)
    except SourceSqlError as error:
        context["problem"] = str(error)
    return render_page(request, "extraction/slice_sql.html", "extraction/_sql.html", context)


def _slice(request: HttpRequest, center_id: str, day: dt.date) -> Slice:
    found = Slice.objects.for_user(request.user).select_related("run", "mapping__snapshot", "center__server__region")
    # Documents of hundreds of columns, of which nothing is shown.
    found = found.defer("mapping__content", "mapping__snapshot__content", "mapping__snapshot__profile")
    return get_object_or_404(found, center__center_id=center_id, business_date=day)
