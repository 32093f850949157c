"""The API keeps what its OpenAPI document promises, whatever is sent to it."""

from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dentalhub.wsgi import application
from extraction.api.urls import api
from extraction.models import ExtractionRun
from tests.extraction.api.callers import caller

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ADDRESSES = [(method, path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@pytest.fixture
def token(everything: ExtractionRun, admin: User, settings: Any) -> str:
    """That of an admin, who may everything, on a network where something has landed."""
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    return caller(admin).text


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_no_request_finds_a_server_error_or_a_broken_promise(
    method: str, path: str, mode: GenerationMode, token: str
) -> None:
    # As a client gets it, without a token.
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = document[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    ask()
