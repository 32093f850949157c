"""What load balancers ask."""

from unittest import mock

from django.db import OperationalError
from django.test import Client


def test_live_answers_without_sign_in(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_migrated(client: Client, db: None) -> None:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


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
