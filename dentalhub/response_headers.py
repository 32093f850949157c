"""Headers on every answer that the other middlewares do not set."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class ResponseHeadersMiddleware:
    """Nothing that a signed-in person sees stays in a cache; the browser's sensors stay off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response
