"""One's own account: password, second factors, sessions, tokens, on one page."""

from dataclasses import dataclass
from typing import cast

from allauth.account.views import password_change as allauth_password_change
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dentalhub.audit import record
from dentalhub.models import ApiToken
from dentalhub.reauthentication import recent_sign_in_required
from dentalhub.sign_in.second_factor import is_missing


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What a person has set up."""

    app: Authenticator | None
    keys: list[Authenticator]
    codes_left: int | None

    @property
    def is_set_up(self) -> bool:
        """True when a sign-in asks for one."""
        return self.app is not None or bool(self.keys)


@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    """Everything that a person may change about their own account."""
    person = cast("User", request.user)
    tokens = ApiToken.objects.filter(user=person, revoked_at=None, expires_at__gt=timezone.now())
    context = {
        "factors": _factors_of(person),
        "is_second_factor_missing": is_missing(request),
        "sessions": sorted(UserSession.objects.purge_and_list(person), key=lambda one: one.last_seen_at, reverse=True),
        "current_key": request.session.session_key,
        "token_count": tokens.count(),
        "has_password": _has_password(person),
    }
    return render(request, "account/my_account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponseBase:
    """Change the password; who signs in with a provider has none here."""
    if not _has_password(cast("User", request.user)):
        raise Http404
    return cast("HttpResponseBase", allauth_password_change(request))


@require_POST
@recent_sign_in_required
def session_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions, but not this one."""
    person = cast("User", request.user)
    session = get_object_or_404(
        UserSession.objects.exclude(session_key=request.session.session_key), pk=pk, user=person
    )
    session.end()
    record(person, "session.revoked", person, count=1)
    messages.success(request, _("That session has ended."))
    return redirect("my_account")


@require_POST
@recent_sign_in_required
def sessions_revoke(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    person = cast("User", request.user)
    others = list(UserSession.objects.filter(user=person).exclude(session_key=request.session.session_key))
    for session in others:
        session.end()
    record(person, "session.revoked", person, count=len(others))
    messages.success(request, _("All other sessions have ended."))
    return redirect("my_account")


def _factors_of(person: User) -> SecondFactors:
    found = list(Authenticator.objects.filter(user=person).order_by("pk"))
    by_type = {one.type: one for one in found}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return SecondFactors(
        by_type.get(Authenticator.Type.TOTP),
        [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        len(codes.wrap().get_unused_codes()) if codes else None,
    )


def _has_password(person: User) -> bool:
    return settings.LOCAL_ACCOUNTS and person.has_usable_password()
