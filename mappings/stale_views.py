"""Whether an open page still shows what is so: the banner above a version that changed under somebody's eyes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dentalhub.access import Role, role_required
from mappings.exceptions import StaleError
from mappings.models import Mapping
from mappings.page_access import mapping_or_404
from mappings.staleness import already_decided, refuse_newer_schema, refuse_other_approved, refuse_stale


@require_GET
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_stale(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """The banner with the reason, which polls no more, or the empty one that asks again.

    `content_hash`, `fingerprint` and `approved` say what the page shows.
    """
    mapping = mapping_or_404(request, center_id, version)
    content_hash, fingerprint = request.GET.get("content_hash", ""), request.GET.get("fingerprint", "")
    approved = request.GET.get("approved", "")
    context = {
        "mapping": mapping,
        "stale_reason": _reason(mapping, content_hash, fingerprint, int(approved) if approved.isdecimal() else -1),
        "stale_seen": {"content_hash": content_hash, "fingerprint": fingerprint, "approved": approved},
    }
    return render(request, "mappings/_stale.html", context)


def _reason(mapping: Mapping, content_hash: str, fingerprint: str, approved: int) -> str:
    """What an approval would be refused for now; '' while nothing has changed."""
    if not mapping.is_open:
        return str(already_decided(mapping))
    try:
        refuse_stale(mapping, content_hash)
        refuse_newer_schema(mapping, fingerprint)
        refuse_other_approved(mapping, approved)
    except StaleError as error:
        return str(error)
    return ""
