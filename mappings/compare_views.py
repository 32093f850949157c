"""The page that compares two versions, a version with the newest snapshot, or two centers; and the same as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centers.models import Center
from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from mappings.comparing import APPROVED, NEWEST, SNAPSHOT, compare, usual_sides
from mappings.comparison import Comparison, Side
from mappings.diff_document import comparison_text
from mappings.enums import MappingStatus
from mappings.exceptions import ComparisonError
from mappings.models import Mapping
from mappings.page_access import center_or_404

# What a page answers that understood the address but cannot compare; htmx swaps it in.
UNPROCESSABLE = 422
Choices = list[tuple[str, str]]


@require_GET
@role_required(*Role)
def mapping_compare(request: HttpRequest, center_id: str) -> HttpResponse:
    """Two sides, which `left` and `right` in the address choose, side by side."""
    center = center_or_404(request, center_id)
    left, right = _sides(request, center)
    context: dict[str, Any] = {"center": center, "left": left, "right": right}
    status = 200
    if left or right:
        try:
            context["comparison"] = compare(center, left, right, scope_of(request.user))
        except ComparisonError as error:
            context["problem"], status = str(error), UNPROCESSABLE
    own, others = _versions(center), _other_centers(request, center)
    context["left_choices"] = _with_chosen(left, own)
    context["right_choices"] = _with_chosen(right, [(SNAPSHOT, _("newest snapshot")), *own], others)
    context["others"] = others
    return render_page(request, "mappings/compare.html", "mappings/_comparison.html", context, status)


@require_GET
@role_required(*Role)
def mapping_compare_json(request: HttpRequest, center_id: str) -> HttpResponse:
    """The same comparison as a JSON file; 422 with a sentence where there is nothing to compare."""
    center = center_or_404(request, center_id)
    try:
        found = compare(center, *_sides(request, center), scope_of(request.user))
    except ComparisonError as error:
        return JsonResponse({"error": str(error)}, status=UNPROCESSABLE, json_dumps_params={"ensure_ascii": False})
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found)}"'}
    return HttpResponse(comparison_text(found), content_type="application/json; charset=utf-8", headers=headers)


def _sides(request: HttpRequest, center: Center) -> tuple[str, str]:
    """What the address asks for; the usual sides where it asks for nothing, '' where there is nothing to compare."""
    if "left" not in request.GET and "right" not in request.GET:
        return usual_sides(center) or ("", "")
    return request.GET.get("left", "").strip(), request.GET.get("right", "").strip()


def _versions(center: Center) -> Choices:
    text = _("Version %(version)s, %(status)s")
    versions = center.mappings.order_by("-version").values_list("version", "status")
    numbered = [
        (str(version), text % {"version": version, "status": MappingStatus(status).label})
        for version, status in versions
    ]
    return [(APPROVED, _("approved version")), (NEWEST, _("newest version")), *numbered] if numbered else []


def _other_centers(request: HttpRequest, center: Center) -> Choices:
    """Every other center of the person's regions that has a mapping."""
    with_mapping = (
        Center.objects.for_user(request.user).filter(pk__in=Mapping.objects.values("center")).exclude(pk=center.pk)
    )
    names = with_mapping.order_by("center_id").values_list("center_id", "name")
    return [(center_id, f"{center_id} · {name}") for center_id, name in names]


def _with_chosen(chosen: str, choices: Choices, others: Choices | None = None) -> Choices:
    """The choices, and what the address chose where no list offers it."""
    if not chosen or any(value == chosen for value, _label in (*choices, *(others or ()))):
        return choices
    return [(chosen, chosen), *choices]


def _file_name(found: Comparison) -> str:
    return f"{_part(found.left)}_to_{_part(found.right)}.json"


def _part(side: Side) -> str:
    if side.version is not None:
        return f"{side.center_id}_v{side.version}"
    return f"{side.center_id}_{SNAPSHOT if side.spec == SNAPSHOT else 'none'}"
