"""The page that explains the API: its OpenAPI document, written out on the server. It loads nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dentalhub.access import Role, role_required
from dentalhub.problems import PROBLEM_KINDS, ProblemCode
from extraction.api.urls import api

_REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a part of a body, or a part of an answer. `schema`: the name of the schema that it holds, if any."""

    name: str
    place: str
    kind: str
    schema: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that an operation may answer."""

    status: int
    description: str
    schema: str


@dataclass(frozen=True, slots=True)
class OperationText:
    """One operation in words."""

    key: str
    method: str
    path: str
    description: str
    scope: str
    fields: list[Field]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class SchemaText:
    """One schema in words: the fields of an object, or the values of a choice."""

    name: str
    description: str
    fields: list[Field]
    values: list[str]


@require_safe
@role_required(*Role)
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters and answers, every schema, every error code."""
    document = api.get_openapi_schema()
    context = {
        "operations": list(_operations(document)),
        "schemas": [_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())],
        "problems": [(code.value, PROBLEM_KINDS[code]) for code in ProblemCode],
    }
    return render(request, "extraction/api_docs.html", context)


def _schema(name: str, schema: Mapping[str, Any]) -> SchemaText:
    fields = list(_properties(schema, "")) if "properties" in schema else []
    return SchemaText(name, schema.get("description", ""), fields, schema.get("enum", []))


def _operations(document: Mapping[str, Any]) -> Iterator[OperationText]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield OperationText(
                key=operation["operationId"],
                method=method.upper(),
                path=path,
                description=operation["description"],
                scope=operation["x-scope"],
                fields=[*_parameters(operation), *_body(operation, document)],
                answers=list(_answers(operation)),
            )


def _parameters(operation: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        text = parameter.get("description", "")
        yield _field(parameter["name"], parameter["in"], schema, parameter["required"], text)


def _body(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Field]:
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        yield from _properties(document["components"]["schemas"][_reference(schema)], "body")


def _properties(schema: Mapping[str, Any], place: str) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, part in schema["properties"].items():
        yield _field(name, place, part, name in required, part.get("description", ""))


def _answers(operation: Mapping[str, Any]) -> Iterator[Answer]:
    for status, answer in sorted(operation["responses"].items()):
        (content,) = answer.get("content", {"": {}}).values()
        yield Answer(int(status), answer["description"], _reference(content.get("schema", {})))


def _field(name: str, place: str, schema: Mapping[str, Any], is_required: bool, description: str) -> Field:
    return Field(name, place, kind_of(schema), _reference(schema), is_required, description)


def kind_of(schema: Mapping[str, Any]) -> str:
    """The type of a schema in a few words, as `list of text` or `date or null`. *Pure*."""
    if "anyOf" in schema:
        return " or ".join(kind_of(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}"
    name = _reference(schema)
    if name:
        return name
    kind = str(schema.get("format") or schema.get("type", "any"))
    limits = [str(schema[word]) for word in ("minimum", "maximum") if word in schema]
    return f"{kind} {' to '.join(limits)}" if limits else kind


def _reference(schema: Mapping[str, Any]) -> str:
    """The name of the schema that `schema` points to, directly or as one of its choices; empty: none."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).removeprefix(_REF)
    return ""
