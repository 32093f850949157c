"""Pages that import and export centers files. All need the role admin."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.centers_template import render as render_template
from centers.exceptions import FileProblem, ImportFileError
from centers.form_returns import after_saving
from centers.forms import ImportForm
from centers.import_parting import PartedFile, part
from centers.import_plan import plan_import
from dentalhub.access import Role, role_required
from dentalhub.audit import record
from dentalhub.reauthentication import recent_sign_in_required

PAGE = "centers/center_import.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def center_import(request: HttpRequest) -> HttpResponse:
    """Show what a centers file would change, with all its problems by line; then import it.

    Of a file whose mistakes are those of single centers, the others can be imported, and those be downloaded.
    """
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
        file = read_centers_file(text, is_template=is_template, actor=_person(request))
        if request.POST.get("action") != "import":
            return render(request, PAGE, {**context, "plan": plan_import(file, _person(request))})
        plan = apply_import(file, _person(request))
    except ImportFileError as error:
        return _refused(request, error, context)
    counts = {"created": plan.created, "changed": plan.changed, "unchanged": plan.unchanged}
    messages.success(request, _("Centers: %(created)d created, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return after_saving(request, "centers:center_list")


def _refused(request: HttpRequest, error: ImportFileError, context: dict[str, Any]) -> HttpResponse:
    """What is wrong; if single centers are, the others are imported and those downloaded as the person asks."""
    parted, action = _parted(request, context), request.POST.get("action")
    if parted is None or action not in {"valid", "rejected"}:
        plan = parted.plan if parted else None
        return render(
            request, PAGE, {**context, "problems": error.problems, "parted": parted, "plan": plan}, status=422
        )
    if action == "rejected":
        response = HttpResponse(parted.rejected, content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="centers-rejected.yml"'
        return response
    apply_import(parted.file, _person(request))
    text = ngettext(
        "%(count)d center was imported; what is left to be mended stands below.",
        "%(count)d centers were imported; what is left to be mended stands below.",
        parted.valid_count,
    )
    messages.success(request, text % {"count": parted.valid_count})
    form = ImportForm(initial={"text": parted.rejected})
    left = {"form": form, "problems": _problems(request, parted.rejected), "is_rest": True}
    return render(request, PAGE, left)


def _parted(request: HttpRequest, context: dict[str, Any]) -> PartedFile | None:
    initial = context["form"].initial
    try:
        text = render_template(initial["text"]) if initial["template"] else initial["text"]
    except ImportFileError:
        return None
    return part(text, _person(request))


def _problems(request: HttpRequest, text: str) -> Sequence[FileProblem]:
    try:
        plan_import(read_centers_file(text, actor=_person(request)), _person(request))
    except ImportFileError as error:
        return error.problems
    return ()


@require_safe
@role_required(Role.ADMIN)
def center_export(request: HttpRequest) -> HttpResponse:
    """Download what is configured in the person's regions as a centers file."""
    response = HttpResponse(export_centers(_person(request)), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="centers.yml"'
    record(_person(request), "centers.exported", "centers")
    return response


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
