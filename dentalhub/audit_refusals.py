"""Failed permission checks in the audit trail: who was refused which page or operation.

Recorded after the answer was made, so outside of any transaction of the view that was rolled back. Of the address only
the name of the route is kept: values in it may be anything. A person's refusals are counted, so that somebody who tries
everything fills no table: each route once a minute, twenty a minute in all, then one event that there were more. So are
those of addresses from which the API is asked with tokens that do not count.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from dentalhub import client_address
from dentalhub.audit import Detail, record
from dentalhub.rate_limit import seconds_to_wait

logger = logging.getLogger(__name__)
MOST_A_MINUTE = 20
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class RefusalMiddleware:
    """Records what signed-in people and tokens of the API are refused.

    That is 403; 404 where the address names something of a region that the person does not see; and 401 where a token
    came that does not count.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        try:
            _note(request, response.status_code)
        except DatabaseError:
            # The answer is a refusal all the same.
            logger.exception("a refusal could not be recorded")
        return response


def note_refusal(person: User, route: str, method: str, **details: Detail) -> None:
    """Record that `person` was refused `route`, unless that was just recorded."""
    _note_once(person, str(person.pk), route, method, details)


def _note(request: HttpRequest, status: int) -> None:
    if status not in _REFUSALS:
        return
    person, match = getattr(request, "user", None), request.resolver_match
    route, method = match.view_name if match else "", str(request.method)
    if not isinstance(person, User):
        if refused := getattr(request, "refused_token", ""):
            address = client_address.of(request)
            _note_once(None, f"address:{address}", route, method, {"token": refused, "address": address})
    elif status == HTTPStatus.FORBIDDEN:
        note_refusal(person, route, method)
    elif status == HTTPStatus.NOT_FOUND and match and import_string(settings.AUDIT_FOREIGN)(person, match.kwargs):
        note_refusal(person, route, method, other_region=True)


def _note_once(person: User | None, who: str, route: str, method: str, details: dict[str, Detail]) -> None:
    if seconds_to_wait(f"refused:{who}:{method}:{route}", 1):
        return
    if not seconds_to_wait(f"refused:{who}", MOST_A_MINUTE):
        record(person, "access.refused", f"route:{route}", region="", method=method, **details)
    elif not seconds_to_wait(f"refused-often:{who}", 1):
        record(person, "access.refused_often", "route:", most_a_minute=MOST_A_MINUTE)
