"""Who must have a second factor, and the wall in front of those who have none yet."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from dentalhub.access import roles_of

# A provider that asks for a second factor itself signed this person in.
TRUSTED_PROVIDER = "provider_asks_for_second_factor"
COUNTING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What a person needs to set one up, or to leave.
_OPEN_BEGINNINGS = ("/accounts/2fa/", "/accounts/reauthenticate/")
_OPEN_NAMES = ("my_account", "logout", "set_language", "account_change_password")


def is_missing(request: HttpRequest) -> bool:
    """True when the role of the signed-in person asks for a second factor and there is none.

    One query, and only for roles of `settings.SECOND_FACTOR_ROLES`.
    """
    if not settings.SECOND_FACTOR_ROLES or request.session.get(TRUSTED_PROVIDER):
        return False
    if not any(role.value in settings.SECOND_FACTOR_ROLES for role in roles_of(request.user)):
        return False
    return not Authenticator.objects.filter(user_id=request.user.pk, type__in=COUNTING).exists()


class SecondFactorMiddleware:
    """Leads people who must have a second factor to its set-up before anything else.

    Requests with an API token are none of a session and pass; the pages that make tokens do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> HttpResponseBase | None:
        """Stop what is for signed-in people only."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        open_paths = [reverse(name) for name in _OPEN_NAMES]
        if request.path in open_paths or request.path.startswith(_OPEN_BEGINNINGS) or not is_missing(request):
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("my_account")})
        return redirect("my_account")
