"""Pages that add and change centers, servers and regions. All need the role admin.

They ask anew who is there: each decides which server gets a password, or how long patients' data is kept.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from centers.asked_tests import TooManyTestsError, ask_test
from centers.connection_report import ConnectionReport
from centers.credentials.stored import stored_problem
from centers.form_returns import after_saving
from centers.forms import CenterForm, RegionForm, ServerForm
from centers.models import Center, DatabaseServer, Region
from centers.privacy_forms import CenterPrivacyForm, RegionPrivacyForm
from centers.report_views import report_page
from centers.scope_access import all_regions_required
from dentalhub.access import Role, role_required
from dentalhub.audit import record
from dentalhub.audit_changes import changes, values_of
from dentalhub.reauthentication import recent_sign_in_required

# The request, what stands in the form, and what is stored as a text.
Test = Callable[[HttpRequest, Any, str], ConnectionReport]
show_or_save = require_http_methods(["GET", "HEAD", "POST"])
# What a person types there is in no error report.
hidden_secrets = sensitive_post_parameters("secret", "credential")


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def center_create(request: HttpRequest) -> HttpResponse:
    """Add a center; the button "Test" tries the connection without saving."""
    return _edit(
        request, CenterForm(request.POST or None, person=request.user), "centers/center_form.html", _test_center
    )


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def center_update(request: HttpRequest, center_id: str) -> HttpResponse:
    """Change a center."""
    center = get_object_or_404(Center.objects.for_user(request.user), center_id=center_id)
    form = CenterForm(request.POST or None, instance=center, person=request.user)
    return _edit(request, form, "centers/center_form.html", _test_center)


@hidden_secrets
@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def server_create(request: HttpRequest) -> HttpResponse:
    """Add a server; the button "Test" tries the login without saving."""
    return _edit(
        request, ServerForm(request.POST or None, person=request.user), "centers/server_form.html", _test_server
    )


@hidden_secrets
@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def server_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change a server."""
    server = get_object_or_404(DatabaseServer.objects.for_user(request.user), code=code)
    form = ServerForm(request.POST or None, instance=server, person=request.user)
    return _edit(request, form, "centers/server_form.html", _test_server)


@hidden_secrets
@show_or_save
@role_required(Role.ADMIN)
@all_regions_required
@recent_sign_in_required
def region_create(request: HttpRequest) -> HttpResponse:
    """Add a region, which nobody with chosen regions would see."""
    return _edit(request, RegionForm(request.POST or None), "centers/region_form.html")


@hidden_secrets
@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def region_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change a region."""
    region = get_object_or_404(Region.objects.for_user(request.user), code=code)
    return _edit(request, RegionForm(request.POST or None, instance=region), "centers/region_form.html")


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def region_privacy(request: HttpRequest, code: str) -> HttpResponse:
    """Who is responsible, why, by which agreement and how long, for all centers of a region."""
    region = get_object_or_404(Region.objects.for_user(request.user), code=code)
    return _edit(request, RegionPrivacyForm(request.POST or None, instance=region), "centers/privacy_form.html")


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def center_privacy(request: HttpRequest, center_id: str) -> HttpResponse:
    """The same for one center, where it differs."""
    centers = Center.objects.for_user(request.user).select_related("server__region")
    center = get_object_or_404(centers, center_id=center_id)
    return _edit(request, CenterPrivacyForm(request.POST or None, instance=center), "centers/privacy_form.html")


def _edit(request: HttpRequest, form: "ModelForm[Any]", page: str, test: Test | None = None) -> HttpResponse:
    """Show the form, test what is in it, or save it and go to the object."""
    # A copy from before the form touches the instance: the heading names what is stored.
    stored = str(form.instance) if form.instance.pk else ""
    context: dict[str, Any] = {"form": form, "stored": stored}
    if request.method != "POST":
        return render(request, page, context)
    # Validation writes what was typed into the instance.
    before = values_of(form.instance, form.fields) if stored else {}
    if not form.is_valid():
        return render(request, page, context, status=422)
    if test is not None and request.POST.get("action") == "test":
        try:
            context["report"] = test(request, form.save(commit=False), stored)
        except TooManyTestsError as error:
            context["too_many"] = error
        return report_page(request, page, context)
    return _save(request, form, before)


def _save(request: HttpRequest, form: "ModelForm[Any]", before: dict[str, object]) -> HttpResponse:
    """Store what the form holds and record it; `before` is what was stored, nothing for a new object."""
    actor = request.user if isinstance(request.user, User) else None
    with transaction.atomic():
        saved: models.Model = form.save()
        word = {Center: "center", DatabaseServer: "server", Region: "region"}[type(saved)]
        made = changes(before, values_of(saved, form.fields))
        if made:
            record(actor, f"{word}.changed" if before else f"{word}.created", saved, changes=made)
        if event := getattr(form, "secret_event", ""):
            record(actor, event, saved)
    if isinstance(saved, DatabaseServer) and (problem := stored_problem(saved.spec())):
        messages.warning(request, problem)
    if not before:
        messages.success(request, _("%(object)s was added.") % {"object": saved})
    elif made:
        messages.success(request, _("%(object)s was changed.") % {"object": saved})
    else:
        messages.info(request, _("Nothing was changed."))
    return after_saving(request, saved if isinstance(saved, Center) else "centers:server_list")


def _test_center(request: HttpRequest, center: Center, stored: str) -> ConnectionReport:
    return ask_test(request.user, center.server, center.database, stored or f"centers.center:{center.center_id} (new)")


def _test_server(request: HttpRequest, server: DatabaseServer, stored: str) -> ConnectionReport:
    return ask_test(request.user, server, None, stored or f"centers.databaseserver:{server.code} (new)")
