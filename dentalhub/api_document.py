"""The OpenAPI document says which problems each operation may answer. *Pure*."""

from http import HTTPStatus
from typing import Any, TypeVar

from dentalhub.problems import CONTENT_TYPE, PROBLEM_KINDS, ProblemCode

Document = TypeVar("Document", bound=dict[str, Any])
SCHEMA_NAME = "Problem"
# Answers that each operation with a token may give.
_ALWAYS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
_METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "Address that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": [code.value for code in ProblemCode]},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def with_problems(document: Document) -> Document:
    """`document` with the problems of every operation, and their schema."""
    document["components"]["schemas"][SCHEMA_NAME] = PROBLEM_SCHEMA
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                _add_problems(operation, has_object="{" in path)
                _drop_nulls(operation["parameters"])
    return document


def _drop_nulls(parameters: list[dict[str, Any]]) -> None:
    """A parameter is there or it is not; in an address nothing can be null."""
    for parameter in parameters:
        choices = [choice for choice in parameter["schema"].pop("anyOf", ()) if choice != {"type": "null"}]
        if len(choices) == 1:
            parameter["schema"] |= choices[0]
        elif choices:
            parameter["schema"]["anyOf"] = choices


def _add_problems(operation: dict[str, Any], *, has_object: bool) -> None:
    statuses = list(_ALWAYS)
    if has_object:
        statuses.append(HTTPStatus.NOT_FOUND)
    if "requestBody" in operation:
        statuses.append(HTTPStatus.BAD_REQUEST)
    statuses += [PROBLEM_KINDS[ProblemCode(code)].status for code in operation.pop("x-problems", ())]
    for status in sorted(set(statuses)):
        operation["responses"][status.value] = {
            "description": status.phrase,
            "content": {CONTENT_TYPE: {"schema": {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}}},
        }
