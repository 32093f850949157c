"""Who asks the API: a bearer token with the right for the operation. A session cookie is no answer."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from dentalhub.access import Right, may
from dentalhub.models import ApiToken
from dentalhub.problems import ProblemCode, ProblemError
from dentalhub.rate_limit import seconds_to_wait
from dentalhub.tokens import Refusal, judge, note_use

_CODES = {
    Refusal.INVALID: ProblemCode.TOKEN_INVALID,
    Refusal.EXPIRED: ProblemCode.TOKEN_EXPIRED,
    Refusal.REVOKED: ProblemCode.TOKEN_REVOKED,
    Refusal.INACTIVE: ProblemCode.USER_INACTIVE,
}


class BearerToken(AuthBase):
    """Asks for a token with `right`, whose person has it too at this moment."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> ApiToken:
        """The token of the request, whose user becomes the request's. Raises ProblemError."""
        token = _bearer(request)
        wait = seconds_to_wait(f"api:{token.pk}", settings.API_REQUESTS_PER_MINUTE)
        if wait:
            raise ProblemError(ProblemCode.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})
        # Before the answer is known, so that a refusal is recorded as this person's.
        request.user = token.user
        demand(token, self.right)
        note_use(token)
        return token


def demand(token: ApiToken, right: Right) -> None:
    """Raise ProblemError unless `token` has the scope and its person the role for `right`."""
    if right.value not in token.scope_list:
        raise ProblemError(ProblemCode.SCOPE_MISSING, right.value)
    if not may(token.user, right):
        raise ProblemError(ProblemCode.ROLE_MISSING, right.value)


def token_of(request: HttpRequest) -> ApiToken:
    """The token that let an operation's request in."""
    return cast("ApiToken", request.auth)  # type: ignore[attr-defined]


def needs(right: Right, *problems: ProblemCode) -> dict[str, Any]:
    """The arguments of an operation that asks for `right`; `problems` are those that few other operations have."""
    extra: dict[str, Any] = {"x-scope": right.value}
    if problems:
        extra["x-problems"] = [problem.value for problem in problems]
    return {"auth": BearerToken(right), "openapi_extra": extra}


def _bearer(request: HttpRequest) -> ApiToken:
    scheme, _separator, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise ProblemError(ProblemCode.TOKEN_MISSING, headers={"WWW-Authenticate": "Bearer"})
    judged = judge(text.strip())
    if isinstance(judged, Refusal):
        # For the audit trail.
        request.refused_token = judged.value  # type: ignore[attr-defined]
        raise ProblemError(_CODES[judged], headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return judged
