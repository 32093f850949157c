"""Looking at the schemas of many centers again, on demand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from centers.models import Center
from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.audit import record
from mappings.center_list import centers_with_mappings, narrowed
from mappings.holds import hold_sentence
from mappings.models import SchemaWatch
from mappings.page_access import person
from mappings.queries import approved_mapping
from mappings.rediscovery import Look
from mappings.tasks import look_soon
from mappings.watches import want


@require_POST
@role_required(Role.ADMIN, Role.REVIEWER)
def rediscover(request: HttpRequest) -> HttpResponse:
    """Have every active center that the list's `state`, `region` and `q` let through discovered in the background."""
    state, search = request.POST.get("state", ""), request.POST.get("q", "").strip()
    region = request.POST.get("region", "")
    count = want(narrowed(centers_with_mappings(scope_of(request.user)), state, search, region))
    if count:
        asked = {"state": state, "search": search, "regions": region}
        record(person(request), "snapshots.requested", "centers", count=count, **asked)
        look_soon()
        text = ngettext(
            "%(count)d active center is discovered again in the background. Its line shows when.",
            "%(count)d active centers are discovered again in the background. Each line shows when.",
            count,
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("No active center fits. Paused centers are discovered on their own pages."))
    query = urlencode({key: value for key, value in (("state", state), ("region", region), ("q", search)) if value})
    return redirect(f"{reverse('mappings:mapping_list')}{'?' if query else ''}{query}")


def tell_look(request: HttpRequest, look: Look) -> None:
    """Say what a discovery led to beside its snapshot."""
    if look.hold:
        text = _("%(changes)s The center is on hold until a new version is approved.")
        messages.warning(request, text % {"changes": hold_sentence(look.hold)})
    if look.draft is not None:
        text = _("The source changed: version %(version)s was made for the new schema and waits for a review.")
        messages.info(request, text % {"version": look.draft.version})


def watch_context(center: Center) -> dict[str, Any]:
    """Why the center is on hold, and how the last look at its schema went, for `mappings/_watch.html`."""
    approved = approved_mapping(center)
    return {
        "hold": hold_sentence(approved.hold) if approved else "",
        "watch": SchemaWatch.objects.filter(center=center).first(),
    }
