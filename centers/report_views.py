"""The answer to a connection test, which several pages give."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from dentalhub.htmx import render_page


def report_page(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The page with its report, or the report alone; 429 where `too_many` says that it was one test too many."""
    response = render_page(request, page, "centers/_connection_report.html", context)
    if error := context.get("too_many"):
        response.status_code = 429
        response["Retry-After"] = str(error.seconds)
    return response
