"""What follows from a sign-in, a sign-out and a change of second factors; `dentalhub.apps` imports this once."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.account.signals import user_logged_in as sign_in_completed
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from dentalhub import client_address, person_language
from dentalhub.audit import record
from dentalhub.reauthentication import confirm
from dentalhub.sign_in import session_times
from dentalhub.sign_in.limited_attempts import UNKNOWN, person_of
from dentalhub.sign_in.provider_freshness import has_just_signed_in_there
from dentalhub.sign_in.provider_views import provider_of_session
from dentalhub.sign_in.second_factor import TRUSTED_PROVIDER

PROVIDER = "socialaccount"


@receiver(user_logged_in, dispatch_uid="sign-in")
def note_sign_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Start the clocks. A sign-in confirms, unless a provider only said that the person is still signed in there."""
    session_times.begin(request)
    person_language.begin(request, user)
    records = get_authentication_records(request, user)
    if not records or records[-1]["method"] != PROVIDER or has_just_signed_in_there(request):
        confirm(request)
    provider = settings.OIDC_PROVIDERS.get(provider_of_session(request, user))
    request.session[TRUSTED_PROVIDER] = provider is not None and provider.asks_for_second_factor


@receiver(sign_in_completed, dispatch_uid="sign-in recorded")
def record_sign_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Say who has come in, how and from where; and take away what has expired."""
    session_times.clear_old()
    methods = [_method_of(one) for one in get_authentication_records(request, user)] or [UNKNOWN]
    record(user, "person.signed_in", user, methods=methods, address=client_address.of(request))


@receiver(user_logged_out, dispatch_uid="sign-out")
def note_sign_out(user: User | None, **_: Any) -> None:
    """Somebody has signed out."""
    if user is not None:
        record(user, "person.signed_out", user)


@receiver(user_login_failed, dispatch_uid="failed sign-in")
def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A wrong name or password. People type passwords into the field for names: only names that exist are kept."""
    person = person_of(credentials)
    target: User | str = person if person is not None else f"auth.user:{UNKNOWN}"
    address = client_address.of(request) if request is not None else ""
    record(None, "person.sign_in_failed", target, step="password", address=address)


@receiver(authentication_step_completed, dispatch_uid="confirmed again")
def note_confirmation(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Password, code or passkey was asked for anew."""
    if reauthenticated:
        confirm(request)


@receiver(factor_signals.authentication_failed, dispatch_uid="failed second factor")
def note_failed_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """A wrong code."""
    address = client_address.of(request)
    record(None, "person.sign_in_failed", user, step=str(authenticator.type), address=address)


@receiver(factor_signals.authenticator_added, dispatch_uid="second factor added")
def note_added_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor was set up."""
    record(user, "person.second_factor_added", user, type=str(authenticator.type))


@receiver(factor_signals.authenticator_removed, dispatch_uid="second factor removed")
def note_removed_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor was removed."""
    record(user, "person.second_factor_removed", user, type=str(authenticator.type))


@receiver(factor_signals.authenticator_reset, dispatch_uid="recovery codes renewed")
def note_new_codes(user: User, **_: Any) -> None:
    """New recovery codes were made; the old ones count no more."""
    record(user, "person.recovery_codes_renewed", user)


def _method_of(one: dict[str, Any]) -> str:
    if one["method"] == PROVIDER:
        return f"provider {one.get('provider', '')}".strip()
    return str(one.get("type") or one["method"])
