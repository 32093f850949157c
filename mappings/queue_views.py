"""The page "waiting for me", and the way from one version of the queue to the next."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from centers.models import Region
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, in_pieces
from mappings.enums import DriftState, MappingStatus
from mappings.holds import hold_sentence
from mappings.list_columns import QUEUE, queue_headings, queue_line
from mappings.models import Mapping
from mappings.page_access import person
from mappings.queries import OPEN
from mappings.review_queue import Confidence, QueueFilter, next_in_queue, places, queue_filter, waiting

PAGE_SIZE = 50
CONFIDENCES = (
    (Confidence.CERTAIN, gettext_lazy("everything certain")),
    (Confidence.DOUBT, gettext_lazy("needs a look")),
)


@require_GET
@role_required(Role.REVIEWER)
def queue(request: HttpRequest) -> HttpResponseBase:
    """What waits for this person, the oldest first; the address narrows and sorts it."""
    asked, wanted = QUEUE.asked(request), queue_filter(request.GET.dict())
    keys = [key for _value, key in places(person(request), wanted)]
    if asked.wants_csv:
        return csv_answer(request, asked, queue_headings(), map(queue_line, in_pieces(keys, waiting)))
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {"item": item, "hold": hold_sentence(item.hold), "address": review_address(item.mapping, wanted)}
        for item in waiting(list(page.object_list))
    ]
    context = {
        "page_obj": page,
        "rows": rows,
        "wanted": wanted,
        "asked": asked,
        "regions": Region.objects.for_user(request.user).order_by("name").values_list("code", "name"),
        "states": [(state.value, state.label) for state in map(MappingStatus, OPEN)],
        "drifts": DriftState.choices,
        "confidences": CONFIDENCES,
    }
    return render_page(request, "mappings/queue.html", "mappings/_queue_table.html", context)


@require_GET
@role_required(Role.REVIEWER)
def queue_next(request: HttpRequest) -> HttpResponse:
    """On to the next version of the queue that the address describes; `after` is the key of the one before it."""
    after = request.GET.get("after", "")
    versions = Mapping.objects.for_user(request.user).defer("content")
    done = versions.filter(pk=after).first() if after.isdecimal() else None
    return to_next(request, done, request.GET.get("queue", ""))


def to_next(request: HttpRequest, done: Mapping | None, query: str) -> HttpResponse:
    """A redirect to what follows `done` in the queue with the filter `query`; to the queue when nothing does."""
    wanted = queue_filter(QueryDict(query).dict())
    following = next_in_queue(person(request), wanted, done)
    if following is not None:
        return redirect(review_address(following, wanted))
    messages.info(request, _("Nothing else of this list waits for you."))
    return redirect(f"{reverse('review:queue')}?{wanted.querystring}")


def review_address(mapping: Mapping, wanted: QueueFilter) -> str:
    """The page of `mapping`, from which the next one is reached."""
    return f"{mapping.get_absolute_url()}?{urlencode({'queue': wanted.querystring})}"
