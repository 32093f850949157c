"""Answering a patient's request: everything about the patient, and erasing it. Admins only, signed in just now."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from centers.models import Center
from dentalhub.access import Role, may_reveal_patients, role_required
from dentalhub.htmx import wants_fragment
from dentalhub.reauthentication import recent_sign_in_required
from extraction.erasure import erase, lift, suppress, traces_of
from extraction.exceptions import ErasureError, SuppressionKeyError
from extraction.models import SuppressedPatient
from extraction.patient_forms import ErasureForm, PatientForm
from extraction.patient_record import PatientRecord, as_csv, as_json, note_export, record_of
from extraction.processing_record import as_markdown, processing_record
from extraction.suppressions import missing_keys
from extraction.tasks import tend_exports

PAGE_SIZE = 50
_UNPROCESSABLE = 422
_WRITERS: dict[str, tuple[Callable[[PatientRecord], bytes], str]] = {
    "json": (as_json, "application/json; charset=utf-8"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}


@require_safe
@role_required(Role.ADMIN)
def suppression_list(request: HttpRequest) -> HttpResponse:
    """Who was erased, without saying who: numbers, reasons, references."""
    centers = Center.objects.for_user(request.user).order_by().values_list("center_id", flat=True)
    found = SuppressedPatient.objects.filter(center_id__in=centers).select_related("suppressed_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "extraction/suppression_list.html", {"page_obj": page, "missing_keys": missing_keys()})


@require_safe
@role_required(Role.ADMIN, Role.AUDITOR)
def processing_activities(request: HttpRequest) -> HttpResponse:
    """The record of processing activities of the person's regions, to print or as Markdown."""
    centers = Center.objects.for_user(request.user).select_related("server__region").order_by("center_id")
    found = processing_record(centers)
    if request.GET.get("format") != "markdown":
        return render(request, "extraction/processing_record.html", {"record": found})
    response = HttpResponse(as_markdown(found), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="processing-activities.md"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def patient_erase(request: HttpRequest) -> HttpResponse:
    """First which patient and why, then what that concerns, then, with the pseudonym typed, the erasure.

    The patient comes in bodies only, never in an address.
    """
    form = ErasureForm(request.POST or None, person=request.user)
    if request.method != "POST":
        return render(request, "extraction/patient_erase.html", {"form": form})
    if not form.is_valid():
        return render(request, "extraction/patient_erase.html", {"form": form}, status=_UNPROCESSABLE)
    if "confirm" not in request.POST:
        return _preview(request, form)
    if not form.is_confirmed(request.POST["confirm"]):
        return _preview(request, form, _("This is not the pseudonym."), _UNPROCESSABLE)
    return _erase(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def patient_record(request: HttpRequest) -> HttpResponse:
    """Everything that is stored about a patient: to print, or as JSON or CSV. Shows the patient's own id."""
    if not may_reveal_patients(request.user):
        raise PermissionDenied
    form = PatientForm(request.POST or None, person=request.user)
    if request.method != "POST":
        return render(request, "extraction/patient_record.html", {"form": form})
    if not form.is_valid():
        return render(request, "extraction/patient_record.html", {"form": form}, status=_UNPROCESSABLE)
    found = record_of(form.cleaned_data["center"], form.cleaned_data["patient_id"])
    kind = request.POST.get("form", "")
    note_export(found, cast("User", request.user), kind if kind in _WRITERS else "page", form.cleaned_data["reference"])
    if kind not in _WRITERS:
        return render(request, "extraction/patient_record.html", {"form": form, "found": found})
    writer, content_type = _WRITERS[kind]
    response = HttpResponse(writer(found), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.pseudonym}.{kind}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def suppression_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a patient who was erased by mistake land again; needs a reason, and another person where four eyes look."""
    centers = Center.objects.for_user(request.user).order_by().values_list("center_id", flat=True)
    found = get_object_or_404(SuppressedPatient.objects.filter(center_id__in=centers), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            lift(found, cast("User", request.user), request.POST.get("reason", ""))
        except ErasureError as error:
            problem = str(error)
        else:
            messages.success(
                request, _("The suppression is lifted. The next extraction of these days brings the rows.")
            )
            return redirect("extraction:suppression_list")
    context = {"suppression": found, "problem": problem}
    return render(request, "extraction/suppression_lift.html", context, status=_UNPROCESSABLE if problem else 200)


def _preview(request: HttpRequest, form: ErasureForm, problem: str = "", status: int = 200) -> HttpResponse:
    traces = traces_of(form.cleaned_data["center"], form.cleaned_data["patient_id"])
    context = {"form": form, "traces": traces, "code": form.code, "problem": problem}
    return render(request, "extraction/patient_erase_preview.html", context, status=status)


def _erase(request: HttpRequest, form: ErasureForm) -> HttpResponse:
    data, person = form.cleaned_data, cast("User", request.user)
    try:
        found = suppress(data["center"], data["patient_id"], person, form.chosen_reason(), data["reference"])
        traces = erase(found, person)
    except (ErasureError, SuppressionKeyError) as error:
        return _preview(request, form, str(error), _UNPROCESSABLE)
    tend_exports()
    text = ngettext("%(count)d entry was erased.", "%(count)d entries were erased.", traces.entries)
    messages.success(request, text % {"count": traces.entries})
    if traces.left:
        text = ngettext(
            "%(count)d export that may hold the patient has left the network. Tell whoever has it (Art. 19 GDPR).",
            "%(count)d exports that may hold the patient have left the network. Tell whoever has them (Art. 19 GDPR).",
            traces.left,
        )
        messages.warning(request, text % {"count": traces.left})
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("extraction:suppression_list")})
    return redirect("extraction:suppression_list")
