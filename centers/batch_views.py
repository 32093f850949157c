"""The pages of what was done with many centers at once: how far it is, trying again what failed, undoing."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from centers.asked_tests import TooManyTestsError, count_tests
from centers.batch_progress import items_of, progress_of, told, what_happened
from centers.batches import OPPOSITE, failed_tests, retry_failed, undo
from centers.enums import BatchAction, BatchItemState
from centers.models import CenterBatch
from centers.scope import scope_of
from centers.tasks import test_soon
from dentalhub.access import Right, Role, right_required, role_required
from dentalhub.live_pages import render_live_page
from dentalhub.milestones import Heard

CENTERS_PER_PAGE = 50


@require_safe
@right_required(Right.READ_CENTERS)
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own batch with a page of its centers; htmx asks for its progress until it has ended."""
    scope, batch = scope_of(request.user), _own(request, pk)
    progress, state = progress_of(batch, scope), request.GET.get("state", "")
    items = items_of(batch, scope).select_related("center__server__region").order_by("center__center_id")
    if state in BatchItemState.values:
        items = items.filter(state=state)
    page = Paginator(items, CENTERS_PER_PAGE).get_page(request.GET.get("page"))
    opposite = OPPOSITE.get(BatchAction(batch.action))
    context = {
        "batch": batch,
        "progress": progress,
        "told": told(batch, progress),
        "is_test": batch.action == BatchAction.TEST,
        "may_undo": opposite is not None and progress.succeeded and not hasattr(batch, "undone_by"),
        "undo_action": opposite,
        "page_obj": page,
        "rows": [{"item": item, "text": what_happened(item)} for item in page.object_list],
        "state": state,
        "querystring": urlencode({"state": state}) if state else "",
    }
    heard = Heard.at(progress.finished, progress.all, waits=progress.no_worker_since is not None)
    templates = "centers/batch_detail.html", "centers/_batch_progress.html"
    return render_live_page(request, *templates, context, is_finished=progress.is_finished, heard=heard)


@require_POST
@role_required(Role.ADMIN)
def batch_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Test the failed centers of one's own batch once more."""
    batch, person = _own(request, pk), cast("User", request.user)
    try:
        count_tests(person, [item.center.server for item in failed_tests(batch, person)])
    except TooManyTestsError as error:
        messages.warning(request, str(error))
        return redirect(batch)
    count = retry_failed(batch, person)
    if not count:
        messages.info(request, _("There is nothing to try again."))
        return redirect(batch)
    test_soon()
    text = ngettext("%(count)d center is tested again.", "%(count)d centers are tested again.", count)
    messages.info(request, text % {"count": count})
    return redirect(batch)


@require_POST
@role_required(Role.ADMIN)
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one's own batch changed, where it is still so."""
    batch = _own(request, pk)
    if BatchAction(batch.action) not in OPPOSITE:
        messages.info(request, _("There is nothing to undo."))
        return redirect(batch)
    return redirect(undo(cast("User", request.user), batch))


def _own(request: HttpRequest, pk: int) -> CenterBatch:
    own = CenterBatch.objects.for_user(request.user).filter(requested_by_id=request.user.pk)
    return get_object_or_404(own.select_related("undoes", "undone_by"), pk=pk)
