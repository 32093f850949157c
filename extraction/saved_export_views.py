"""The pages of saved exports: everybody their own, admins all. What goes to a destination is changed by admins only."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dentalhub.access import Role, has_role, role_required
from dentalhub.htmx import render_page
from dentalhub.reauthentication import recent_sign_in_required
from extraction.enums import ExportDays
from extraction.export_formats import ExportFormat, format_choices
from extraction.leases import new_token
from extraction.list_columns import SAVED_EXPORTS
from extraction.list_searches import saved_exports_matching
from extraction.models import SavedExport
from extraction.saved_export_changes import drop_export, save_export, saved_for
from extraction.saved_export_forms import SavedExportForm
from extraction.saved_exports import request_now
from extraction.tasks import dispatch_export


@require_safe
@role_required(Role.ANALYST, Role.ADMIN)
def saved_export_list(request: HttpRequest) -> HttpResponse:
    """Every saved export with its schedule and destination; `q` and `sort` as elsewhere."""
    asked, search = SAVED_EXPORTS.asked(request), request.GET.get("q", "").strip()
    context = {
        "saved_exports": SAVED_EXPORTS.ordered(saved_exports_matching(saved_for(request.user), search), asked.sort),
        "asked": asked,
        "search": search,
        "formats": dict(format_choices()),
        "request_key": new_token(),
    }
    page, fragment = "extraction/saved_export_list.html", "extraction/_saved_export_table.html"
    return render_page(request, page, fragment, context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ANALYST, Role.ADMIN)
@recent_sign_in_required
def saved_export_create(request: HttpRequest) -> HttpResponse:
    """A new one, owned by whoever makes it."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ANALYST, Role.ADMIN)
@recent_sign_in_required
def saved_export_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _edit(request, _changeable(request, pk))


@require_POST
@role_required(Role.ANALYST, Role.ADMIN)
def saved_export_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop one; what it has made stays in the ledger."""
    saved = _changeable(request, pk)
    drop_export(saved, cast("User", request.user))
    messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
    return redirect("extraction:saved_export_list")


@require_POST
@role_required(Role.ANALYST, Role.ADMIN)
@recent_sign_in_required
def saved_export_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it now. It has its owner's rights, so that nobody else starts it but an admin."""
    saved = get_object_or_404(saved_for(request.user), pk=pk)
    asked = request_now(saved, f"now:{saved.pk}:{request.POST.get('request_key', '')[:32] or new_token()}")
    if asked.is_new and asked.export.is_open:
        dispatch_export(asked.export)
    return redirect(asked.export)


def _changeable(request: HttpRequest, pk: int) -> SavedExport:
    saved = get_object_or_404(saved_for(request.user), pk=pk)
    if saved.destination and not has_role(request.user, Role.ADMIN):
        raise PermissionDenied
    return saved


def _edit(request: HttpRequest, saved: SavedExport | None) -> HttpResponse:
    may_send = has_role(request.user, Role.ADMIN)
    if request.method == "POST":
        form = SavedExportForm(request.POST, person=request.user, may_send=may_send, saved=saved)
        if form.is_valid():
            kept = save_export(saved, form.wish(), cast("User", request.user))
            messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
            return redirect("extraction:saved_export_list")
    else:
        shown = saved or SavedExport(format=ExportFormat.XLSX.value, days=ExportDays.YESTERDAY)
        form = SavedExportForm(
            initial=SavedExportForm.values_of(shown), person=request.user, may_send=may_send, saved=saved
        )
    context = {"form": form, "saved": saved}
    return render(request, "extraction/saved_export_form.html", context, status=422 if form.errors else 200)
