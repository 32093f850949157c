"""Pages that ask for their own progress until it has ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from dentalhub.htmx import render_page, wants_fragment
from dentalhub.milestones import Heard, News

# htmx swaps this answer in and asks no more.
STOP_POLLING = 286


def render_live_page(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: dict[str, Any],
    *,
    is_finished: bool,
    heard: Heard | None = None,
) -> HttpResponse:
    """`render_page` for such a page; the last answer to htmx tells it to stop.

    `heard`: how far the work is, for milestones. The templates get `is_fragment` and, with `heard`, `heard` for the
    next question (parameter `heard` of the address) and `news`, what has become of it since the last one.
    """
    is_fragment = wants_fragment(request)
    context = {**context, "is_fragment": is_fragment}
    if heard is not None:
        context |= {"heard": heard, "news": News.between(Heard.of(request.GET.get("heard", "")), heard)}
    status = STOP_POLLING if is_fragment and is_finished else 200
    return render_page(request, page, fragment, context, status)
