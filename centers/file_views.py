"""Pages that import and export centers files. All need the role admin."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.exceptions import ImportFileError
from centers.forms import ImportForm
from centers.import_plan import plan_import
from dentalhub.access import Role, role_required
from dentalhub.audit import record

PAGE = "centers/center_import.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def center_import(request: HttpRequest) -> HttpResponse:
    """Show what a centers file would change, with all its problems by line; then import it."""
    if request.method != "POST":
        return render(request, PAGE, {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=422)
    text, is_template = form.cleaned_data["text"], form.cleaned_data["template"]
    # With the uploaded text in it, so that the next step needs no second upload.
    shown = ImportForm(initial={"text": text, "template": is_template})
    context: dict[str, Any] = {"form": shown, "template": is_template}
    try:
        file = read_centers_file(text, is_template=is_template)
        if request.POST.get("action") != "import":
            return render(request, PAGE, {**context, "plan": plan_import(file)})
        plan = apply_import(file, _person(request))
    except ImportFileError as error:
        return render(request, PAGE, {**context, "problems": error.problems}, status=422)
    counts = {"created": plan.created, "changed": plan.changed, "unchanged": plan.unchanged}
    messages.success(request, _("Centers: %(created)d created, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return redirect("centers:center_list")


@require_safe
@role_required(Role.ADMIN)
def center_export(request: HttpRequest) -> HttpResponse:
    """Download everything that is configured as a centers file."""
    response = HttpResponse(export_centers(), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="centers.yml"'
    record(_person(request), "centers.exported", "centers")
    return response


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
