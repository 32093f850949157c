"""Pages about centers: the list, one center, its connection test, pausing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from centers.asked_tests import TooManyTestsError, ask_test
from centers.bulk_actions import actions_for
from centers.center_columns import CENTERS, headings, line, with_facets
from centers.center_facets import facets
from centers.enums import CenterState
from centers.forms import CenterFilter, ClosingDaysForm
from centers.models import Center
from centers.report_views import report_page
from dentalhub.access import Right, Role, right_required, role_required
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, rows_of

CENTERS_PER_PAGE = 50


@require_safe
@right_required(Right.READ_CENTERS)
def center_list(request: HttpRequest) -> HttpResponseBase:
    """The centers of the person's regions; the address narrows and sorts them, and `format=csv` makes a file."""
    asked = CENTERS.asked(request)
    form = CenterFilter(request.GET or {}, person=request.user)
    centers = form.narrow(with_facets(Center.objects.for_user(request.user).select_related("server__region")))
    centers = CENTERS.ordered(centers, asked.sort)
    if asked.wants_csv:
        return csv_answer(request, asked, headings(), map(line, rows_of(centers)))
    page = Paginator(centers, CENTERS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(center, [facet.shown(center) for facet in facets()]) for center in page.object_list]
    context = {"form": form, "page_obj": page, "rows": rows, "asked": asked}
    context |= {"bulk_actions": actions_for(request.user)}
    return render_page(request, "centers/center_list.html", "centers/_center_table.html", context)


@require_safe
@right_required(Right.READ_CENTERS)
def center_detail(request: HttpRequest, center_id: str) -> HttpResponse:
    """One center: what is known about it, and where to go from here."""
    center = _center(request, center_id)
    return render(request, "centers/center_detail.html", {"center": center, "closing_form": _closing_form(center)})


@require_POST
@role_required(Role.ADMIN)
def center_test(request: HttpRequest, center_id: str) -> HttpResponse:
    """Climb the ladder and show every step; takes at most 15 seconds."""
    center = _center(request, center_id)
    context: dict[str, Any] = {"center": center, "closing_form": _closing_form(center)}
    try:
        context["report"] = ask_test(request.user, center.server, center.database, center)
    except TooManyTestsError as error:
        context["too_many"] = error
    return report_page(request, "centers/center_detail.html", context)


@require_POST
@role_required(Role.ADMIN)
def center_pause(request: HttpRequest, center_id: str) -> HttpResponse:
    """Keep a center from being extracted; its data and mapping stay."""
    center = _center(request, center_id)
    if center.is_active:
        _set_state(request, center, CenterState.PAUSED, "center.paused")
    messages.success(request, _("%(center)s is paused. “Resume” undoes it.") % {"center": center.center_id})
    return redirect(center)


@require_POST
@role_required(Role.ADMIN)
def center_resume(request: HttpRequest, center_id: str) -> HttpResponse:
    """Let a paused center be extracted again."""
    center = _center(request, center_id)
    if not center.is_active:
        _set_state(request, center, CenterState.ACTIVE, "center.resumed")
    messages.success(request, _("%(center)s is active again. “Pause” undoes it.") % {"center": center.center_id})
    return redirect(center)


@require_POST
@role_required(Role.ADMIN)
def center_closing_days(request: HttpRequest, center_id: str) -> HttpResponse:
    """Replace the closing days of a center; the audit trail gets the lines that came and went."""
    center = _center(request, center_id)
    form = ClosingDaysForm(request.POST)
    if not form.is_valid():
        return render(request, "centers/center_detail.html", {"center": center, "closing_form": form}, status=422)
    before, after = center.closing_days.splitlines(), form.cleaned_data["closing_days"].splitlines()
    if before == after:
        messages.info(request, _("Nothing was changed."))
        return redirect(center)
    center.closing_days = "\n".join(after)
    center.save(update_fields=["closing_days", "changed_at"])
    added, removed = [line for line in after if line not in before], [line for line in before if line not in after]
    record(_person(request), "center.closing_days_changed", center, added=added, removed=removed)
    messages.success(request, _("The closing days of %(center)s were changed.") % {"center": center.center_id})
    return redirect(center)


def _closing_form(center: Center) -> ClosingDaysForm:
    return ClosingDaysForm(initial={"closing_days": center.closing_days})


def _center(request: HttpRequest, center_id: str) -> Center:
    return get_object_or_404(
        Center.objects.for_user(request.user).select_related("server__region"), center_id=center_id
    )


def _set_state(request: HttpRequest, center: Center, state: CenterState, action: str) -> None:
    before, center.state = center.state, state
    with transaction.atomic():
        center.save(update_fields=["state", "changed_at"])
        made = changes({"state": before}, {"state": state})
        record(_person(request), action, center, changes=made)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
