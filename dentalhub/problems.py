"""Errors of the API as problem details (RFC 9457), each with a code that docs/errors.md explains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from django.http import JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"


class ProblemCode(StrEnum):
    """What can be wrong with a request."""

    HTTPS_MISSING = "https_missing"
    TOKEN_MISSING = "token_missing"  # noqa: S105 no secret
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    USER_INACTIVE = "user_inactive"
    SCOPE_MISSING = "scope_missing"
    ROLE_MISSING = "role_missing"
    REGION_MISSING = "region_missing"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    RUN_ENDED = "run_ended"
    KEY_USED = "key_used"
    BODY_UNREADABLE = "body_unreadable"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    REASON_MISSING = "reason_missing"
    NOTHING_TO_RUN = "nothing_to_run"
    EXPORT_REFUSED = "export_refused"
    TOO_MANY_REQUESTS = "too_many_requests"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """The status and the title that all problems of a code have."""

    status: HTTPStatus
    title: Promise


PROBLEM_KINDS: Mapping[ProblemCode, ProblemKind] = {
    ProblemCode.HTTPS_MISSING: ProblemKind(HTTPStatus.FORBIDDEN, _("The API answers over HTTPS only.")),
    ProblemCode.TOKEN_MISSING: ProblemKind(HTTPStatus.UNAUTHORIZED, _("The request has no token.")),
    ProblemCode.TOKEN_INVALID: ProblemKind(HTTPStatus.UNAUTHORIZED, _("There is no such token.")),
    ProblemCode.TOKEN_EXPIRED: ProblemKind(HTTPStatus.UNAUTHORIZED, _("The token has expired.")),
    ProblemCode.TOKEN_REVOKED: ProblemKind(HTTPStatus.UNAUTHORIZED, _("The token was revoked.")),
    ProblemCode.USER_INACTIVE: ProblemKind(HTTPStatus.UNAUTHORIZED, _("The token's person is no longer active.")),
    ProblemCode.SCOPE_MISSING: ProblemKind(HTTPStatus.FORBIDDEN, _("The token lacks the scope for this.")),
    ProblemCode.ROLE_MISSING: ProblemKind(HTTPStatus.FORBIDDEN, _("The token's person lacks the role for this.")),
    ProblemCode.REGION_MISSING: ProblemKind(
        HTTPStatus.FORBIDDEN, _("It reads regions too that the person does not see.")
    ),
    ProblemCode.NOT_FOUND: ProblemKind(HTTPStatus.NOT_FOUND, _("There is nothing at this address.")),
    ProblemCode.METHOD_NOT_ALLOWED: ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED, _("This address does not take this method.")
    ),
    ProblemCode.RUN_ENDED: ProblemKind(HTTPStatus.CONFLICT, _("The run had ended already.")),
    ProblemCode.KEY_USED: ProblemKind(HTTPStatus.CONFLICT, _("This key was used for another request.")),
    ProblemCode.BODY_UNREADABLE: ProblemKind(HTTPStatus.BAD_REQUEST, _("The body is no JSON.")),
    ProblemCode.TOO_LARGE: ProblemKind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The request is too large.")),
    ProblemCode.INVALID: ProblemKind(HTTPStatus.UNPROCESSABLE_ENTITY, _("The request does not say what it should.")),
    ProblemCode.REASON_MISSING: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY, _("Patient ids are given for a reason only.")
    ),
    ProblemCode.NOTHING_TO_RUN: ProblemKind(HTTPStatus.UNPROCESSABLE_ENTITY, _("There is nothing to run.")),
    ProblemCode.EXPORT_REFUSED: ProblemKind(HTTPStatus.UNPROCESSABLE_ENTITY, _("This export is not made.")),
    ProblemCode.TOO_MANY_REQUESTS: ProblemKind(HTTPStatus.TOO_MANY_REQUESTS, _("Too many requests with this token.")),
    ProblemCode.INTERNAL: ProblemKind(HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong here.")),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one part of a request; never its value."""

    field: str
    message: str


class ProblemError(Exception):
    """Ends a request of the API. `detail` adds to the title; neither holds a value of the request."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @classmethod
    def in_field(cls, field: str, message: str) -> "ProblemError":
        """One part of the request is wrong."""
        return cls(ProblemCode.INVALID, errors=[FieldError(field, message)])

    def response(self) -> JsonResponse:
        """The answer."""
        kind = PROBLEM_KINDS[self.code]
        body: dict[str, object] = {
            "type": f"/api/docs/#{self.code.value}",
            "title": str(kind.title),
            "status": kind.status.value,
            "code": self.code.value,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"field": error.field, "message": error.message} for error in self.errors]
        return JsonResponse(body, status=kind.status, content_type=CONTENT_TYPE, headers=self.headers)
