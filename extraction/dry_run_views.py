"""Try a version on its source: a page of its own, and a part of the review page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.causes import cause_label
from extraction.dry_run import Tried, try_on_source
from mappings.dry_run_gate import dry_run_check, newest_dry_run
from mappings.models import Mapping
from mappings.page_access import mapping_or_404, person
from mappings.review_models import DryRun

CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.REVIEWER, Role.ADMIN)
def dry_run(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """GET: what the last rehearsal of this content found. POST: one more, with masked rows that nobody keeps."""
    mapping = mapping_or_404(request, center_id, version)
    if request.method != "POST":
        return _page(request, mapping, None)
    if not mapping.is_open:
        return _page(request, mapping, None, _("This version is decided: an extraction tries it."), CONFLICT)
    return _page(request, mapping, try_on_source(mapping, person(request)))


def _page(
    request: HttpRequest, mapping: Mapping, tried: Tried | None, refusal: str = "", status: int = 200
) -> HttpResponse:
    found = tried.found if tried else newest_dry_run(mapping)
    context = {
        "mapping": mapping,
        "center": mapping.center,
        "found": found,
        "check": dry_run_check(found),
        "cause": cause_label(found.error_kind) if found and found.error_kind else "",
        "rates": _rates(found) if found and found.entries else (),
        "tried": tried,
        "refusal": refusal,
    }
    return render_page(request, "extraction/dry_run.html", "extraction/_dry_run.html", context, status)


def _rates(found: DryRun) -> tuple[tuple[str, int, int, int], ...]:
    """What, how many, of how many, in percent."""
    pairs = (
        (_("chart entries whose patient has a link in PATKASSE"), found.linked, found.entries),
        (_("chart entries whose insurer was found in KASSEN"), found.insured, found.entries),
        (_("services whose patient has a chart entry on that day"), found.services_known, found.services),
    )
    return tuple((text, part, whole, round(100 * part / whole)) for text, part, whole in pairs if whole)
