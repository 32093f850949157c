"""The pages about days that are held: what came instead of what is there, and a person's word about it."""

import datetime as dt
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from centers.models import Center
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, rows_of
from extraction.enums import HeldState
from extraction.exceptions import ExtractionError
from extraction.held import accept, reject
from extraction.held_rules import FEW_ENTRIES
from extraction.list_columns import HELD_DAYS
from extraction.list_lines import headings, held_line
from extraction.list_searches import held_matching
from extraction.models import HeldSlice

PAGE_SIZE = 50


@require_safe
@role_required(*Role)
def held_list(request: HttpRequest) -> HttpResponseBase:
    """The days that wait, or with `state=rejected` those that were kept as they were; `q` and `sort` as elsewhere."""
    asked, search = HELD_DAYS.asked(request), request.GET.get("q", "").strip()
    state = HeldState.REJECTED if request.GET.get("state") == HeldState.REJECTED else HeldState.WAITING
    held = HeldSlice.objects.for_user(request.user).filter(state=state).defer("content")
    held = HELD_DAYS.ordered(held_matching(held.select_related("center", "run", "decided_by"), search), asked.sort)
    if asked.wants_csv:
        return csv_answer(request, asked, headings(HELD_DAYS), map(held_line, rows_of(held)))
    page = Paginator(held, PAGE_SIZE).get_page(request.GET.get("page"))
    is_waiting = state is HeldState.WAITING
    context = {"page_obj": page, "is_waiting": is_waiting, "few": FEW_ENTRIES, "search": search, "asked": asked}
    return render_page(request, "extraction/held_list.html", "extraction/_held_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN, Role.REVIEWER)
def held_decide(request: HttpRequest, center_id: str, day: dt.date, decision: str) -> HttpResponse:
    """Say what the decision does, and take it. What was held anew since the person looked is not decided."""
    center = get_object_or_404(Center.objects.for_user(request.user), center_id=center_id)
    held = (
        HeldSlice.objects.for_user(request.user)
        .filter(center=center, business_date=day, state=HeldState.WAITING)
        .first()
    )
    if held is None:
        messages.info(request, _("This day is not held any more. Somebody has decided, or a run has read it again."))
        return redirect("extraction:held_list")
    if request.method != "POST":
        context = {"held": held, "center": center, "accepts": decision == "accept"}
        return render(request, "extraction/held_decide.html", context)
    if request.POST.get("checksum") != held.checksum:
        messages.warning(request, _("This day has changed since you looked at it. Look at it again."))
        return redirect("extraction:held_decide", center_id, day, decision)
    _decide(request, held, decision)
    return redirect("extraction:held_list")


def _decide(request: HttpRequest, held: HeldSlice, decision: str) -> None:
    try:
        if decision == "accept":
            accept(held, cast("User", request.user))
            messages.success(request, _("The new entries of %(day)s are in the results now.") % {"day": held})
        else:
            reject(held, cast("User", request.user))
            messages.success(request, _("The earlier entries of %(day)s stay in the results.") % {"day": held})
    except ExtractionError as error:
        messages.warning(request, str(error))
