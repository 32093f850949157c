"""Whether somebody has typed something at their provider just now, or was only still signed in there."""

import time

from django.http import HttpRequest

ATTRIBUTE = "_dentalhub_provider_auth_time"
# Between the sign-in there and the answer here, with clocks that are a little off.
MOST_SECONDS = 120


def note_auth_time(request: HttpRequest, auth_time: object) -> None:
    """Remember the claim `auth_time` of the provider's answer: seconds since 1970."""
    if isinstance(auth_time, int | float) and not isinstance(auth_time, bool):
        setattr(request, ATTRIBUTE, float(auth_time))


def has_just_signed_in_there(request: HttpRequest) -> bool:
    """True when the provider says so in the answer to this request."""
    at = getattr(request, ATTRIBUTE, None)
    return at is not None and abs(time.time() - at) <= MOST_SECONDS


def note_now(request: HttpRequest) -> None:
    """Count the answer itself, for providers that do not say when."""
    setattr(request, ATTRIBUTE, time.time())
