"""One id for everything that a request leads to: its log lines, its answer, and the run that it asked for."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from dentalhub.logs import about, bound

HEADER = "X-Request-ID"
# What a proxy in front may hand on; anything else is a visitor's text and stays out of the logs.
_WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
_NAME = "request_id"


class RequestIdMiddleware:
    """Takes the proxy's id or makes one, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        request_id = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        with about(**{_NAME: request_id}):
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response


def present_request_id() -> str:
    """The id of the request that this thread answers; empty elsewhere."""
    return str(bound().get(_NAME, ""))
