"""docker-compose.yml and the image say what they should; no engine is needed to check that."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.utils.module_loading import import_string

from dentalhub.queue_settings import DEFAULT, INTERACTIVE
from deploy import container_health
from tests.frame.settings_variables import settings_variables

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)["services"]
REGION_TEXT = (ROOT / "deploy" / "docker-compose.region.yml").read_text()
REGION: dict[str, Any] = yaml.safe_load(REGION_TEXT)["services"]
WORKERS = {"worker": "dentalhub", "worker-interactive": "interactive"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_compose_has_a_sql_server_web_and_worker() -> None:
    assert {"sqlserver", "web", "worker"} <= set(SERVICES)


def test_compose_sql_server_listens_on_port_1434_of_this_machine_only() -> None:
    assert SERVICES["sqlserver"]["image"] == "mcr.microsoft.com/mssql/server:${MSSQL_TAG:-2019-latest}"
    assert SERVICES["sqlserver"]["ports"] == ["127.0.0.1:1434:1433"]


def test_compose_sql_server_health_check_knows_both_places_of_sqlcmd() -> None:
    kind, command = SERVICES["sqlserver"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "/opt/mssql-tools18/bin/sqlcmd" in command
    assert "/opt/mssql-tools/bin/sqlcmd" in command


@pytest.mark.parametrize("name", ["MSSQL_SA_PASSWORD", "DENTALHUB_SECRET_KEY"])
def test_compose_secret_must_be_set_and_has_no_default(name: str) -> None:
    assert re.findall(rf"\$\{{{name}(.)", COMPOSE_TEXT) == [":"]
    assert f"${{{name}:?" in COMPOSE_TEXT


@pytest.mark.parametrize("service", ["migrate", *WORKERS])
def test_compose_command_exists(service: str) -> None:
    python, manage, command, *_ = SERVICES[service]["command"]
    assert (python, manage, command in get_commands()) == ("python", "manage.py", True)


@pytest.mark.parametrize("service", ["web", "migrate", *WORKERS])
def test_compose_services_share_the_data(service: str) -> None:
    assert SERVICES[service]["volumes"] == ["data:/data"]
    assert SERVICES[service]["environment"]["DENTALHUB_DATA_DIR"] == "/data"


@pytest.mark.parametrize("service", ["web", "sqlserver", *WORKERS])
def test_compose_services_come_back_after_a_crash(service: str) -> None:
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_compose_has_workers_for_each_queue_that_needs_no_region() -> None:
    assert {name: SERVICES[name]["environment"]["Q_CLUSTER_NAME"] for name in WORKERS} == WORKERS
    assert list(WORKERS.values()) == [DEFAULT, INTERACTIVE]


@pytest.mark.parametrize(("service", "queue"), WORKERS.items())
def test_compose_health_of_workers_is_what_the_watchdog_says(service: str, queue: str) -> None:
    check = SERVICES[service]["healthcheck"]
    assert check["test"] == ["CMD", "python", "manage.py", "watchdog", "--queue", queue]
    parsed = (
        load_command_class("extraction", "watchdog")
        .create_parser("manage.py", "watchdog")
        .parse_args(["--queue", queue])
    )
    assert parsed.queue == [queue]


@pytest.mark.parametrize("worker", [*(SERVICES[name] for name in WORKERS), REGION["worker"]])
def test_what_a_worker_started_ends_with_it(worker: dict[str, Any]) -> None:
    assert (worker["init"], worker["stop_grace_period"]) == (True, "2m")


@pytest.mark.parametrize(
    "environment", [*(SERVICES[name]["environment"] for name in ("web", *WORKERS)), REGION["worker"]["environment"]]
)
def test_compose_variables_are_settings(environment: dict[str, str]) -> None:
    assert set(environment) - settings_variables() == {"IVORIS_PASSWORD"}


def test_worker_of_a_region_differs_by_configuration_alone() -> None:
    worker = REGION["worker"]
    assert worker["command"] == SERVICES["worker"]["command"]
    assert worker["restart"] == "unless-stopped"
    assert worker["healthcheck"]["test"] == ["CMD-SHELL", 'python manage.py watchdog --queue "$$Q_CLUSTER_NAME"']
    needed = re.findall(r"\$\{(\w+):\?", REGION_TEXT)
    assert needed == ["DENTALHUB_SECRET_KEY", "DATABASE_URL", "DENTALHUB_QUEUES", "Q_CLUSTER_NAME", "IVORIS_PASSWORD"]


def test_image_serves_as_a_user_without_rights() -> None:
    runtime = DOCKERFILE.split("AS runtime")[1]
    assert "\nUSER dentalhub\n" in runtime
    assert "libodbc2" in runtime
    assert "--require-hashes --requirement requirements.lock" in DOCKERFILE


def test_image_starts_an_application_that_exists() -> None:
    module = re.search(r'CMD \["gunicorn", "([\w.]+)"', DOCKERFILE)
    assert module is not None
    assert callable(import_string(f"{module.group(1)}.application"))


def test_image_health_check_is_a_file_of_ours() -> None:
    script = re.search(r'HEALTHCHECK .* CMD \["python", "([^"]+)"\]', DOCKERFILE)
    assert script is not None
    assert (ROOT / script.group(1)).is_file()


@pytest.mark.parametrize(
    ("setting", "host"),
    [("", "localhost"), ("*", "localhost"), (".example.org,localhost", "example.org"), (" a , b", "a")],
)
def test_health_check_sends_an_allowed_host(setting: str, host: str) -> None:
    assert container_health.allowed_host(setting) == host


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Location", "https://nowhere.invalid/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Nothing on standard error."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (301, True), (400, False), (503, False)])
def test_health_check_judges_the_answer(server: ThreadingHTTPServer, status: int, healthy: bool) -> None:
    server.status = status  # type: ignore[attr-defined]
    assert container_health.answers(server.server_port) is healthy


def test_health_check_of_a_closed_port_fails(server: ThreadingHTTPServer) -> None:
    port = server.server_port
    server.server_close()
    assert container_health.answers(port) is False
