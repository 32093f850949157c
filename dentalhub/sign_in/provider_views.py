"""The way to a provider for who must confirm that it is them."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

# The provider asks again, however long the person has been signed in there, and says when they typed something.
ASK_AGAIN = {"prompt": "login", "max_age": "0"}


def provider_of_session(request: HttpRequest, user: User | AnonymousUser) -> str:
    """The key of the provider through which this session came in; empty when it came otherwise."""
    for one in get_authentication_records(request, user):
        if one["method"] == "socialaccount" and one.get("provider") in settings.OIDC_PROVIDERS:
            return str(one["provider"])
    return ""


@require_safe
def provider_reauthenticate(request: HttpRequest) -> HttpResponseBase:
    """Go to the provider of this session and have it ask again."""
    key = provider_of_session(request, request.user)
    if not key:
        raise Http404
    provider = get_adapter().get_provider(request, key)
    answer: HttpResponseBase = provider.redirect(
        request, process="login", next_url=get_next_redirect_url(request), auth_params=dict(ASK_AGAIN)
    )
    return answer
