"""How long a session lasts: while somebody works, and never longer than a working day."""

import datetime as dt
import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record

BEGUN, ACTIVE = "begun_at", "active_at"
# Activity is written down once in so many seconds.
WRITE_SECONDS = 60
# js/htmx_activity.js sets it on requests that no person has caused, such as those of a page that follows a run.
AUTOMATIC = "HX-Automatic"


def begin(request: HttpRequest) -> None:
    """Start both clocks of a session."""
    request.session[BEGUN] = request.session[ACTIVE] = int(time.time())


def clear_old() -> None:
    """Forget sessions that cannot count any more, with the addresses and browsers that allauth keeps of them."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(created_at__lt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()


class SessionTimesMiddleware:
    """Ends sessions whose time is over. One without clocks, as from before an update, ends as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(time.time())
            begun, active = (request.session.get(name, 0) for name in (BEGUN, ACTIVE))
            if now - begun >= settings.SESSION_COOKIE_AGE:
                _end(request, "absolute", _("You were signed out because your session had lasted for long enough."))
            elif now - active >= settings.SESSION_IDLE_SECONDS:
                _end(request, "idle", _("You were signed out because nothing had happened for a while."))
            elif now - active >= WRITE_SECONDS and AUTOMATIC not in request.headers:
                request.session[ACTIVE] = now
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        return self.get_response(request)


def _end(request: HttpRequest, reason: str, text: str) -> None:
    person = request.user
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    # Not Django's logout, which would record that the person has signed out.
    request.session.flush()
    request.user = AnonymousUser()
    record(None, "session.expired", f"auth.user:{person}", reason=reason)
    messages.info(request, text)
