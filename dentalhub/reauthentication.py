"""Far-reaching steps ask a person to show anew that it is them: the decorator for views, and the clock behind it.

A sign-in counts as well, so that nobody is asked twice within minutes. One through a provider counts only when the
provider says that the person has just typed something there; see `dentalhub.sign_in`.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SESSION_KEY = "confirmed_at"
# A form that was opened in time may be sent so many seconds later.
FORM_SECONDS = 300
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def confirm(request: HttpRequest) -> None:
    """Note that the person of this session has shown at this moment that it is them."""
    request.session[SESSION_KEY] = int(time.time())


def has_confirmed(request: HttpRequest, within_seconds: int | None = None) -> bool:
    """True when the person has shown so within the last seconds (`settings.REAUTHENTICATION_SECONDS`)."""
    if within_seconds is None:
        within_seconds = settings.REAUTHENTICATION_SECONDS
    at = request.session.get(SESSION_KEY)
    return isinstance(at, int) and 0 <= time.time() - at < within_seconds


def recent_sign_in_required(view: View) -> View:
    """Let a person pass who has just shown that it is them; send everybody else to do so, and then back.

    Goes below the decorators for methods and roles, and on a form's GET as well as its POST. What a refused POST had
    sent is kept nowhere, since it may be a secret: the person comes back to the page where it was typed and sends it
    anew.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        grace = 0 if request.method in _SAFE_METHODS else FORM_SECONDS
        if has_confirmed(request, settings.REAUTHENTICATION_SECONDS + grace):
            return view(request, *args, **kwargs)
        return _to_confirmation(request)

    return cast("View", checked)


def _to_confirmation(request: HttpRequest) -> HttpResponseBase:
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    if request.method not in _SAFE_METHODS:
        messages.warning(
            request, _("Nothing has been done yet: please confirm that it is you, and send the form again.")
        )
    address = f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: _return_address(request)})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _return_address(request: HttpRequest) -> str:
    """Where the person goes on: the address itself, or for a POST the page that it was sent from."""
    if request.method in _SAFE_METHODS and not getattr(request, "htmx", False):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
