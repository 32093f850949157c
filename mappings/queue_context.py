"""What every page knows of the reviewer's queue."""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import SimpleLazyObject

from dentalhub.access import Role, has_role
from mappings.page_access import person
from mappings.review_queue import waiting_for


def queue_context(request: HttpRequest) -> dict[str, object]:
    """Context processor. `waiting_count`: how many versions wait for this reviewer, counted where a page shows it.

    `queue`: the filter under which a version was opened from the queue, None when it was not.
    """
    return {
        "waiting_count": SimpleLazyObject(lambda: _count(request)),
        "queue": _filter(request),
    }


def _filter(request: HttpRequest) -> str | None:
    """None also for a request that cannot be read, whose error page has this context too."""
    try:
        return request.GET.get("queue", request.POST.get("queue"))
    except (BadRequest, SuspiciousOperation, MultiPartParserError):
        return None


def _count(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not has_role(user, Role.REVIEWER):
        return 0
    return waiting_for(person(request)).count()
