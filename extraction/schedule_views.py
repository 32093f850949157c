"""The pages of the schedules: how each region stands, and the form of one."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centers.models import Region
from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.schedule_changes import Wish, set_schedule
from extraction.schedule_forms import ScheduleForm
from extraction.schedule_models import RegionSchedule
from extraction.schedule_report import region_reports


@require_safe
@role_required(*Role)
def schedule_list(request: HttpRequest) -> HttpResponse:
    """Every region: when it is read next, how its last night went, and what is missing."""
    context = {"reports": region_reports(scope_of(request.user))}
    return render_page(request, "extraction/schedule_list.html", "extraction/_schedule_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def schedule_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change the schedule of a region, or give it one."""
    region = get_object_or_404(Region.objects.for_user(request.user).select_related("schedule"), code=code)
    if request.method != "POST":
        form = ScheduleForm.of(getattr(region, "schedule", None) or RegionSchedule(region=region))
        return render(request, "extraction/schedule_form.html", {"form": form, "region": region})
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return render(request, "extraction/schedule_form.html", {"form": form, "region": region}, status=422)
    schedule = set_schedule(region, form.wish(), cast("User", request.user))
    return _saved(request, schedule)


@require_POST
@role_required(Role.ADMIN)
def schedule_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Turn a region's schedule on or off; `is_active` is `1` or `0`."""
    region = get_object_or_404(Region.objects.for_user(request.user), code=code)
    schedule = set_schedule(region, Wish(is_active=request.POST.get("is_active") == "1"), cast("User", request.user))
    return _saved(request, schedule)


def _saved(request: HttpRequest, schedule: RegionSchedule) -> HttpResponse:
    text = _("%(region)s is read every day.") if schedule.is_active else _("%(region)s is not read by itself any more.")
    messages.success(request, text % {"region": schedule.region.name})
    return redirect("extraction:schedule_list")
