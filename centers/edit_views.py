"""Pages that add and change centers, servers and regions. All need the role admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from centers.connection_report import ConnectionReport
from centers.connection_test import climb
from centers.forms import CenterForm, RegionForm, ServerForm
from centers.models import Center, DatabaseServer, Region
from dentalhub.access import Role, role_required
from dentalhub.audit import record
from dentalhub.htmx import render_page

Test = Callable[[Any], ConnectionReport]
show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@show_or_save
@role_required(Role.ADMIN)
def center_create(request: HttpRequest) -> HttpResponse:
    """Add a center; the button "Test" tries the connection without saving."""
    return _edit(request, CenterForm(request.POST or None), "centers/center_form.html", _test_center)


@show_or_save
@role_required(Role.ADMIN)
def center_update(request: HttpRequest, center_id: str) -> HttpResponse:
    """Change a center."""
    center = get_object_or_404(Center, center_id=center_id)
    form = CenterForm(request.POST or None, instance=center)
    return _edit(request, form, "centers/center_form.html", _test_center)


@show_or_save
@role_required(Role.ADMIN)
def server_create(request: HttpRequest) -> HttpResponse:
    """Add a server; the button "Test" tries the login without saving."""
    return _edit(request, ServerForm(request.POST or None), "centers/server_form.html", _test_server)


@show_or_save
@role_required(Role.ADMIN)
def server_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change a server."""
    server = get_object_or_404(DatabaseServer, code=code)
    form = ServerForm(request.POST or None, instance=server)
    return _edit(request, form, "centers/server_form.html", _test_server)


@show_or_save
@role_required(Role.ADMIN)
def region_create(request: HttpRequest) -> HttpResponse:
    """Add a region."""
    return _edit(request, RegionForm(request.POST or None), "centers/region_form.html")


@show_or_save
@role_required(Role.ADMIN)
def region_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change a region."""
    region = get_object_or_404(Region, code=code)
    return _edit(request, RegionForm(request.POST or None, instance=region), "centers/region_form.html")


def _edit(request: HttpRequest, form: "ModelForm[Any]", page: str, test: Test | None = None) -> HttpResponse:
    """Show the form, test what is in it, or save it and go to the object."""
    # A copy from before the form touches the instance: the heading names what is stored.
    stored = str(form.instance) if form.instance.pk else ""
    context: dict[str, Any] = {"form": form, "stored": stored}
    if request.method != "POST":
        return render(request, page, context)
    if not form.is_valid():
        return render(request, page, context, status=422)
    if test is not None and request.POST.get("action") == "test":
        context["report"] = test(form.save(commit=False))
        return render_page(request, page, "centers/_connection_report.html", context)
    return _save(request, form, is_new=not stored)


def _save(request: HttpRequest, form: "ModelForm[Any]", *, is_new: bool) -> HttpResponse:
    saved: models.Model = form.save()
    word = {Center: "center", DatabaseServer: "server", Region: "region"}[type(saved)]
    actor = request.user if isinstance(request.user, User) else None
    if is_new:
        record(actor, f"{word}.created", saved)
        messages.success(request, _("%(object)s was added.") % {"object": saved})
    elif form.changed_data:
        record(actor, f"{word}.changed", saved, fields=list(form.changed_data))
        messages.success(request, _("%(object)s was changed.") % {"object": saved})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(saved if isinstance(saved, Center) else "centers:server_list")


def _test_center(center: Center) -> ConnectionReport:
    return climb(center.server.spec(), center.database)


def _test_server(server: DatabaseServer) -> ConnectionReport:
    return climb(server.spec(), None)
