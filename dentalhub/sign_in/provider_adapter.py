"""What django-allauth asks when somebody comes from an identity provider: who it is here, and whether they may in."""

from collections.abc import Mapping
from typing import Any, cast

from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from dentalhub import client_address
from dentalhub.audit import record
from dentalhub.claims import Grants, grants_of
from dentalhub.reauthentication import confirm
from dentalhub.sign_in.provider_freshness import has_just_signed_in_there, note_auth_time, note_now
from dentalhub.sign_in.provider_grants import apply_grants
from dentalhub.sign_in.providers import Provider


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People from a provider get the roles of their claims; without a role nobody comes in."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """Providers are set up by environment variables only, so that no page can add one."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """`pre_social_login` has judged already."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Judge an answer of a provider before it counts. Raises ImmediateHttpResponse with a page that says why."""
        provider = settings.OIDC_PROVIDERS[sociallogin.account.provider]
        claims = _claims_of(request, sociallogin, provider)
        if provider.says_when:
            note_auth_time(request, claims.get("auth_time"))
        else:
            note_now(request)
        if request.user.is_authenticated:
            _confirm_or_refuse(request, sociallogin, provider)
        # Allauth keeps addresses as proven ones; nothing here rests on them.
        sociallogin.email_addresses = []
        sociallogin.account.extra_data = {}
        grants = grants_of(claims, provider.rules)
        if sociallogin.account.pk:
            SocialAccount.objects.filter(pk=sociallogin.account.pk).update(extra_data={})
        else:
            _find_person(request, sociallogin, provider, claims, grants)
        person = cast("User", sociallogin.user)
        if person.pk:
            apply_grants(person, grants, provider)
        if provider.manages_roles and not grants.roles:
            raise _refusal(request, provider, "no_role", person if person.pk else None)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Create the person whom the claims let in."""
        person = cast("User", super().save_user(request, sociallogin, form))
        provider = settings.OIDC_PROVIDERS[sociallogin.account.provider]
        record(None, "person.created", person, source=f"provider {provider.key}")
        apply_grants(person, request.claimed_grants, provider)  # type: ignore[attr-defined]
        return person


def _claims_of(request: HttpRequest, sociallogin: SocialLogin, provider: Provider) -> Mapping[str, object]:
    data = sociallogin.account.extra_data
    userinfo, token = data.get("userinfo") or {}, data.get("id_token") or {}
    # OpenID Connect Core 5.3.2: an answer about somebody else counts for nothing.
    if not token or (userinfo and userinfo.get("sub") != token.get("sub")):
        raise _refusal(request, provider, "no_token", None)
    return {**userinfo, **token}


def _confirm_or_refuse(request: HttpRequest, sociallogin: SocialLogin, provider: Provider) -> None:
    """Somebody who is signed in confirms that it is them; nobody becomes somebody else."""
    if sociallogin.user != request.user:
        raise _refusal(request, provider, "other_person", None)
    if not has_just_signed_in_there(request):
        raise _refusal(request, provider, "not_fresh", cast("User", request.user))
    confirm(request)
    address = sociallogin.get_redirect_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    raise ImmediateHttpResponse(HttpResponseRedirect(address))


def _find_person(
    request: HttpRequest, sociallogin: SocialLogin, provider: Provider, claims: Mapping[str, object], grants: Grants
) -> None:
    email = str(claims.get("email") or "")
    known = filter_users_by_email(email) if email else []
    if known:
        if not (provider.links_by_email and claims.get("email_verified") is True and len(known) == 1):
            raise _refusal(request, provider, "address_taken", known[0])
        sociallogin.connect(request, known[0])
        record(None, "person.linked", known[0], source=f"provider {provider.key}")
        return
    if not (provider.creates_people and grants.roles):
        raise _refusal(request, provider, "unknown_person", None)
    request.claimed_grants = grants  # type: ignore[attr-defined]


def _refusal(request: HttpRequest, provider: Provider, reason: str, person: User | None) -> ImmediateHttpResponse:
    address = client_address.of(request)
    target: User | str = person or "auth.user:unknown"
    record(None, "person.sign_in_failed", target, step=f"provider {provider.key}", reason=reason, address=address)
    context = {"reason": reason, "provider_name": provider.name}
    return ImmediateHttpResponse(render(request, "socialaccount/refused.html", context, status=403))
