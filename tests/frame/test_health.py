"""What load balancers ask."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client, override_settings


def test_live_answers_without_sign_in(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_migrated(client: Client, db: None) -> None:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["migrations"]) == (200, "ok")


def test_not_ready_without_database(client: Client, db: None) -> None:
    with mock.patch("dentalhub.health.MigrationExecutor", side_effect=OperationalError("down")):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "no answer"}


def test_not_ready_with_pending_migrations(client: Client, db: None) -> None:
    with mock.patch("dentalhub.health.MigrationExecutor") as executor:
        executor.return_value.migration_plan.return_value = [object(), object()]
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "migrations_pending": 2}


@override_settings(SECURE_SSL_REDIRECT=True)
def test_not_ready_is_no_redirect_where_https_is_demanded(client: Client, db: None) -> None:
    with mock.patch("dentalhub.health.MigrationExecutor", side_effect=OperationalError("down")):
        assert client.get("/health/ready").status_code == 503


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/health/live", 200), ("/health/ready", 200), ("/health", 200), ("/metrics", 200)),
        *(("/", 301), ("/health/", 301), ("/health/live/", 301), ("/metrics/x", 301), ("/accounts/health", 301)),
    ],
)
def test_only_what_machines_ask_is_answered_without_https(client: Client, db: None, path: str, status: int) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get(path).status_code == status
