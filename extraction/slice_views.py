"""The page of one slice, and a person's word that it is right although it is unusual."""

import datetime as dt
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from centers.models import Center
from dentalhub.access import Right, Role, right_required, role_required
from extraction.acceptance import accept_unusual
from extraction.exceptions import ExtractionError
from extraction.slice_facts import slice_facts


@require_safe
@right_required(Right.READ_SLICES)
def slice_detail(request: HttpRequest, center_id: str, day: dt.date) -> HttpResponse:
    """State and reason, manifest, run, mapping version, attempts and errors. Counts only, no patient's data."""
    context = {
        "facts": slice_facts(_center(request, center_id), day),
        "day_before": _neighbour(day, -1),
        "day_after": _neighbour(day, 1),
    }
    return render(request, "extraction/slice_detail.html", context)


@require_POST
@role_required(Role.ADMIN, Role.REVIEWER)
def slice_accept(request: HttpRequest, center_id: str, day: dt.date) -> HttpResponse:
    """Accept a slice with fewer entries than usual, if it still is the one that was looked at."""
    facts = slice_facts(_center(request, center_id), day)
    if facts.landed is None or not facts.is_unusual:
        messages.info(request, _("There is nothing to accept here any more."))
    elif request.POST.get("checksum") != facts.landed.checksum:
        messages.warning(request, _("This day has changed since you looked at it. Look at it again."))
    else:
        try:
            accept_unusual(facts.landed, cast("User", request.user), facts.usual)
            messages.success(request, _("%(day)s is accepted as it is.") % {"day": facts.landed})
        except ExtractionError as error:
            messages.warning(request, str(error))
    return redirect("extraction:slice_detail", center_id, day)


def _center(request: HttpRequest, center_id: str) -> Center:
    centers = Center.objects.for_user(request.user).select_related("server__region")
    return get_object_or_404(centers, center_id=center_id)


def _neighbour(day: dt.date, step: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=step)
    except OverflowError:
        return None
