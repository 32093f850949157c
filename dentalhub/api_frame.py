"""What every operation of the API has around it: errors as problem details, no cache, no session.

Operations live in the app that owns their data; `BearerToken` (token_auth) says who may call them.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic import ConfigDict, ValidationInfo, model_validator

from dentalhub.api_document import with_problems
from dentalhub.problems import FieldError, ProblemCode, ProblemError

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
Query = TypeVar("Query", bound="QuerySchema")


class QuerySchema(Schema):
    """Query parameters of which none is ignored: a misspelled filter must not answer with everything."""

    @model_validator(mode="after")
    def _knows_every_parameter(self: Query, info: ValidationInfo) -> Query:
        request = (info.context or {}).get("request")
        unknown = set(request.GET) - set(type(self).model_fields) if request else set()
        if unknown:
            text = _("There is a parameter that does not exist. Known: %(names)s.")
            raise ProblemError.in_field("query", text % {"names": ", ".join(type(self).model_fields)})
        return self


class BodySchema(Schema):
    """A JSON body of which no part is ignored."""

    model_config = ConfigDict(extra="forbid")


class HubAPI(NinjaAPI):
    """Lets errors through to `as_api`, which answers them, and documents them."""

    def on_exception(self, request: HttpRequest, exc: Any) -> NoReturn:
        """Raises `exc` as it is."""
        raise exc

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document of ninja, with the problems that each operation may answer."""
        return with_problems(super().get_openapi_schema(**options))


def api_patterns(api: HubAPI) -> Iterator[URLPattern]:
    """The addresses of `api`; every other one below them is a problem of its own, not a page."""
    for pattern in api.urls[0]:
        pattern.callback = as_api(cast("View", pattern.callback))
        yield cast("URLPattern", pattern)
    yield re_path("", as_api(_nowhere))


def as_api(view: View) -> View:
    """The view without sign-in page and error pages: it answers JSON, whatever happens."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            _refuse_plain_text(request)
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 the last line of defence
            response = _problem_of(error).response()
        if response.status_code == 405:
            allowed = {"Allow": response.headers["Allow"]}
            response = ProblemError(ProblemCode.METHOD_NOT_ALLOWED, headers=allowed).response()
        response.headers["Cache-Control"] = "no-store"
        return response

    # Nothing here trusts a cookie, so there is no request to forge.
    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return login_not_required(answered)


def _refuse_plain_text(request: HttpRequest) -> None:
    """A redirect would hide that a program sends its token unprotected. Raises ProblemError."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise ProblemError(ProblemCode.HTTPS_MISSING)


def _nowhere(request: HttpRequest) -> HttpResponseBase:
    raise Http404


def _problem_of(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, Http404):
        return ProblemError(ProblemCode.NOT_FOUND)
    if isinstance(error, ValidationError):
        return ProblemError(ProblemCode.INVALID, errors=[_field_error(part) for part in error.errors])
    if isinstance(error, TooManyFieldsSent):
        return ProblemError.in_field("query", _("There are too many parameters."))
    if isinstance(error, RequestDataTooBig):
        return ProblemError(ProblemCode.TOO_LARGE)
    if isinstance(error, HttpError) and error.status_code == 400:
        return ProblemError(ProblemCode.BODY_UNREADABLE)
    # Without the error's own text and without locals: they may hold what a patient is called.
    place = "".join(traceback.format_tb(error.__traceback__)[-3:])
    logger.error("The API failed with %s\n%s", type(error).__name__, place)
    return ProblemError(ProblemCode.INTERNAL)


def _field_error(part: dict[str, Any]) -> FieldError:
    # The first is where it came from, and a body or filter as a whole has a name of ours: neither helps a client.
    names = [str(name) for name in part["loc"][1:] if name not in {"payload", "query"}]
    return FieldError(".".join(names) or str(part["loc"][0]), part["msg"])
