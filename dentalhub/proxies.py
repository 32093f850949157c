"""Who may say by X-Forwarded-* where a request came from: only the proxies of settings.TRUSTED_PROXIES."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from dentalhub.client_address import client_address

# As WSGI spells them.
_FORWARDED = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP")
# Left behind where something was taken away.
_MARK = "dentalhub.forwarded"


def is_handed_on(request: HttpRequest) -> bool:
    """Whether a proxy, trusted or not, says that it asks for somebody else."""
    return _MARK in request.META or any(name.startswith(_FORWARDED) for name in request.META)


class TrustedProxiesMiddleware:
    """Takes away what anybody else says, before anything believes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sender = ip_address(client_address(request.META.get("REMOTE_ADDR", ""), "", ()))
        if not any(sender in network for network in settings.TRUSTED_PROXIES):
            for name in [name for name in request.META if name.startswith(_FORWARDED)]:
                del request.META[name]
                request.META[_MARK] = True
        return self.get_response(request)
