"""Doing something with the centers chosen on the list, and what this app can do with them."""

import hashlib
import time
from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from centers.asked_tests import TooManyTestsError, count_tests
from centers.batches import begin
from centers.bulk_actions import BulkAction, actions_for, register
from centers.bulk_forms import Choice, choice_of, chosen
from centers.center_columns import CENTERS
from centers.enums import BatchAction
from centers.models import Center
from centers.tasks import test_soon
from dentalhub.access import Right, Role, right_required

# The second half of a double click comes within so many seconds.
_DOUBLE_CLICK = 10


@require_POST
@right_required(Right.READ_CENTERS)
def center_bulk(request: HttpRequest) -> HttpResponse:
    """Do what the pressed button says with the chosen centers; ask again when they are others than the person saw."""
    person, choice = cast("User", request.user), choice_of(request.POST)
    if choice.is_empty:
        messages.info(request, _("Tick at least one center, or choose all that match."))
        return _back(choice)
    action = _action(request)
    centers = chosen(choice, person)
    if len(centers) != choice.expected:
        return _ask_again(request, choice, action, centers)
    if not centers:
        messages.info(request, _("No center matches any more. Nothing was done."))
        return _back(choice)
    try:
        return redirect(action.start(person, centers, _key(person, action, centers)))
    except TooManyTestsError as error:
        messages.warning(request, str(error))
        return _back(choice)


def _action(request: HttpRequest) -> BulkAction:
    """The pressed button. Raises PermissionDenied for one that the person does not have."""
    found = {action.name: action for action in actions_for(request.user)}.get(request.POST.get("action", ""))
    if found is None:
        raise PermissionDenied
    return found


def _key(person: User, action: BulkAction, centers: Sequence[Center]) -> str:
    """The same for the same request within a few seconds, and another one later: what was undone may be done again."""
    told = [person.pk, action.name, int(time.time() // _DOUBLE_CLICK), *(center.pk for center in centers)]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _back(choice: Choice) -> HttpResponse:
    return redirect(f"{CENTERS.address}?{choice.query}" if choice.query else CENTERS.address)


def _ask_again(request: HttpRequest, choice: Choice, action: BulkAction, centers: list[Center]) -> HttpResponse:
    ticked = [center.center_id for center in centers] if choice.ticked else []
    context = {"choice": choice, "ticked": ticked, "action": action, "count": len(centers)}
    context |= {"list_address": _back(choice)["Location"]}
    return render(request, "centers/bulk_changed.html", context, status=409)


def _test(person: User, centers: Sequence[Center], key: str) -> str:
    count_tests(person, [center.server for center in centers])
    batch = begin(person, BatchAction.TEST, centers, key=key)
    test_soon()
    return batch.get_absolute_url()


def _pause(person: User, centers: Sequence[Center], key: str) -> str:
    return begin(person, BatchAction.PAUSE, centers, key=key).get_absolute_url()


def _resume(person: User, centers: Sequence[Center], key: str) -> str:
    return begin(person, BatchAction.RESUME, centers, key=key).get_absolute_url()


register(BulkAction("test", gettext_lazy("Test the connection"), "plug", (Role.ADMIN,), _test))
register(BulkAction("pause", gettext_lazy("Pause"), "pause-circle-fill", (Role.ADMIN,), _pause))
register(BulkAction("resume", gettext_lazy("Resume"), "play-fill", (Role.ADMIN,), _resume))
