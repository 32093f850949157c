"""What django-allauth asks about accounts."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import clear_authentication_records, get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dentalhub import client_address
from dentalhub.reauthentication import FORM_SECONDS, has_confirmed
from dentalhub.sign_in.limited_attempts import note_limited
from dentalhub.sign_in.provider_views import provider_of_session

METHOD_LABELS: dict[str, Promise] = {
    "provider": _("With a new sign-in at your provider"),
    "reauthenticate": _("With your password"),
    "mfa_reauthenticate": _("With a code of your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("With a passkey or security key"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are created by admins; whoever has just signed in need not confirm it again."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The name or the password is not right."),
        "email_password_mismatch": _("The name or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Please try again in a few minutes."),
        "rate_limited": _("Too many requests. Please try again in a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose attempts are counted together."""
        return client_address.of(request)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Asked by allauth's own pages behind our wall, and no stricter than that; see `sign_in.urls`."""
        required: bool = super().is_reauthentication_required(app=app)
        return required and not has_confirmed(self.request, settings.REAUTHENTICATION_SECONDS + FORM_SECONDS)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to confirm, in our words; the first is the one that is asked for."""
        methods = super().get_reauthentication_methods(user)
        key = provider_of_session(self.request, user)
        if key:
            methods.insert(0, {"id": "provider", "url": reverse("provider_reauthenticate")})
        return [method | {"description": METHOD_LABELS[method["id"]]} for method in methods]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses the attempt where there were too many, and lets the audit trail know. Raises ValidationError."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_limited(request, credentials)
            raise

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """Who has no password here comes through the provider, which can shut them out; no passkey goes round it."""
        records = get_authentication_records(request, user)
        if records and records[-1].get("passwordless") and not user.has_usable_password():
            clear_authentication_records(request)
            messages.error(request, _("Please sign in with your provider."))
            return redirect("login")
        return cast("HttpResponse | None", super().pre_login(request, user, **details))
