"""Page or fragment, decided in one place; and a sign-in page that never lands inside a swapped element."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for the part of a page that it will swap."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `fragment` for htmx and `page` for everybody else, from the same context and URL."""
    response = render(request, fragment if wants_fragment(request) else page, context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


class LoginRedirectMiddleware:
    """Turn a redirect to the sign-in page into `HX-Redirect` for htmx, which would swap the page into a table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not getattr(request, "htmx", False) or response.status_code != 302:
            return response
        location = response.headers["Location"]
        if urlsplit(location).path != resolve_url(settings.LOGIN_URL):
            return response
        return HttpResponse(status=204, headers={"HX-Redirect": location})
