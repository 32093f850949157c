"""Identical changes of several centers: find them, look at all of them, approve the ticked ones, undo."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dentalhub.access import Role, role_required
from mappings.alike_looks import doubts_nobody_saw
from mappings.alike_preview import preview
from mappings.alike_versions import MOST_AT_ONCE, group_for, groups_for
from mappings.bulk_approval import Choice, approve_alike, undo
from mappings.bulk_forms import choice_value, choices_of
from mappings.exceptions import TransitionError
from mappings.models import BulkApproval, BulkApprovalItem
from mappings.page_access import person
from mappings.policy_setting import current_policy


@require_GET
@role_required(Role.REVIEWER)
def bulk_groups(request: HttpRequest) -> HttpResponse:
    """Which versions that wait for this person change the same."""
    return render(request, "mappings/bulk_groups.html", {"groups": groups_for(person(request))})


@require_GET
@role_required(Role.REVIEWER)
def bulk_preview(request: HttpRequest, key: str) -> HttpResponse:
    """Every center of one group, with what exactly changes there; those that may be approved together are ticked."""
    group = group_for(person(request), key)
    if group is None:
        raise Http404
    shown = preview(group.candidates[:MOST_AT_ONCE])
    rows = [
        {"preview": item, "value": choice_value(Choice(item.pk, item.content_hash, item.approved, item.fingerprint))}
        for item in shown
    ]
    needs = {need.field: need for need in group.needs}
    unseen = doubts_nobody_saw(group.candidates[:MOST_AT_ONCE], current_policy())
    is_any_free = any(not item.problems for item in shown)
    changed = {change.field for change in group.changes}
    context = {
        "group": group,
        "changes": [
            {
                "field": change.field,
                "before": change.before,
                "after": change.after,
                "only_affix": change.only_affix,
                "need": needs.get(change.field),
            }
            for change in group.changes
        ],
        "stayed": [need for need in group.needs if need.field not in changed],
        "rows": rows,
        "is_any_free": is_any_free,
        # Where no center can be approved with others, every one is opened anyway.
        "unseen": [need for need in group.needs if need in unseen] if is_any_free else [],
        "may_approve": is_any_free and not unseen,
        "left_out": len(group.candidates) - len(shown),
    }
    return render(request, "mappings/bulk_preview.html", context)


@require_POST
@role_required(Role.REVIEWER)
def bulk_approve(request: HttpRequest) -> HttpResponse:
    """Approve the ticked versions, each as the preview showed it, and on to what became of them."""
    try:
        bulk = approve_alike(
            choices_of(request.POST.getlist("version")),
            person(request),
            all_looked_at=request.POST.get("all_looked_at") == "on",
        )
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("review:bulk_groups")
    return redirect(bulk)


@require_GET
@role_required(Role.REVIEWER)
def bulk_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each center of the person's regions, and of its undoing."""
    bulk = get_object_or_404(BulkApproval.objects.for_user(request.user).select_related("reviewer"), pk=pk)
    items = list(
        BulkApprovalItem.objects.for_user(request.user)
        .filter(bulk=bulk)
        .select_related("mapping__center", "former", "undone_by")
        .defer("mapping__content", "former__content", "undone_by__content")
    )
    approved = [item for item in items if not item.refusal]
    context = {
        "bulk": bulk,
        "items": items,
        "approved": len(approved),
        "refused": len(items) - len(approved),
        "undone": sum(item.undone_by is not None for item in items),
        "may_undo": any(item.undone_by is None for item in approved),
    }
    return render(request, "mappings/bulk_result.html", context)


@require_POST
@role_required(Role.REVIEWER)
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back what extracted before, center by center."""
    bulk = get_object_or_404(BulkApproval.objects.for_user(request.user), pk=pk)
    undo(bulk, person(request))
    messages.success(request, _("What could be undone is undone; see each center."))
    return redirect(bulk)
