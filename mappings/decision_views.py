"""The buttons under a version: submit, approve, reject, restore."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dentalhub.access import Role, role_required
from mappings import approval
from mappings.exceptions import TransitionError
from mappings.forms import ApprovalForm, ReasonForm
from mappings.models import Mapping
from mappings.page_access import mapping_or_404, page_in_queue, person
from mappings.queue_views import to_next
from mappings.review_views import page_context
from mappings.versions import restore

CONFLICT = 409


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_submit(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Ask the reviewers for a decision; the person stays on the page, and in the queue."""
    mapping = mapping_or_404(request, center_id, version)
    seen = request.POST.get("content_hash")
    if not seen:
        return _refused(request, mapping, _("Open the version again, then decide."))
    try:
        done = approval.submit(mapping, person(request), expected_hash=seen)
    except TransitionError as error:
        return _refused(request, mapping, str(error))
    messages.success(request, _("Version %(version)s waits for a reviewer.") % {"version": done.version})
    return redirect(page_in_queue(request, done))


@require_POST
@role_required(Role.REVIEWER)
def mapping_approve(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Make this version the one that extracts."""
    mapping, form = mapping_or_404(request, center_id, version), ApprovalForm(request.POST)
    if not form.is_valid():
        return _refused(request, mapping, _("Open the version again, then decide."))
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["content_hash"]
    schema, whole = form.cleaned_data["fingerprint"], form.cleaned_data["all_looked_at"]
    return _decided(
        request,
        mapping,
        lambda: approval.approve(
            mapping,
            person(request),
            reason=reason,
            expected_hash=seen,
            expected_fingerprint=schema,
            expected_approved=form.cleaned_data["approved"],
            all_looked_at=whole,
        ),
        _("Version %(version)s is approved."),
    )


@require_POST
@role_required(Role.REVIEWER)
def mapping_reject(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Close this version; a reason is needed."""
    mapping, form = mapping_or_404(request, center_id, version), ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, mapping, _("Open the version again, then decide."))
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["content_hash"]
    return _decided(
        request,
        mapping,
        lambda: approval.reject(mapping, person(request), reason, expected_hash=seen),
        _("Version %(version)s is rejected."),
    )


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_restore(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """The content of an old version as a new draft."""
    mapping = mapping_or_404(request, center_id, version)
    return _decided(
        request,
        mapping,
        lambda: restore(mapping, person(request)),
        _("The content is back as version %(version)s."),
    )


def _decided(request: HttpRequest, mapping: Mapping, step: Callable[[], Mapping], sentence: str) -> HttpResponse:
    # Opened from the queue: on to what waits next. Read first: what cannot be read must not have been done.
    query = request.POST.get("queue")
    try:
        done = step()
    except TransitionError as error:
        return _refused(request, mapping, str(error))
    messages.success(request, sentence % {"version": done.version})
    return redirect(done) if query is None else to_next(request, done, query)


def _refused(request: HttpRequest, mapping: Mapping, reason: str) -> HttpResponse:
    """The page as it is now, with the reason on top; 409, because the page that was sent does not fit any more."""
    current = mapping_or_404(request, mapping.center.center_id, mapping.version)
    context = page_context(request, current) | {"refusal": reason}
    return render(request, "mappings/mapping_detail.html", context, status=CONFLICT)
