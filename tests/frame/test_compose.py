"""The compose files against the program: services, variables, commands; no engine is needed for that."""

import re
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from dentalhub.secret_files import REGIONS
from tests.frame.compose_files import (
    DOCUMENTS,
    LOADERS,
    REGION_WORKER,
    ROOT,
    SERVERS,
    SERVICES,
    TEXTS,
    VARIABLE,
    WORKERS,
    each_of_ours,
    each_service,
    environment,
    interpolated,
    programs,
    secrets_of,
)
from tests.frame.settings_variables import settings_variables


def test_services_are_those_of_a_whole_installation() -> None:
    others = {"migrate", "web", "redis", "prometheus", "grafana", "secrets"}
    assert set(SERVICES) == {*others, *WORKERS, *SERVERS, *LOADERS}


@each_of_ours
def test_variables_are_settings(file: str, name: str, service: dict[str, Any]) -> None:
    given = {variable.removesuffix("_FILE") for variable in service.get("environment", {})}
    # The name of this setting itself ends so.
    given = {"DENTALHUB_SOURCE_CA_FILE" if variable == "DENTALHUB_SOURCE_CA" else variable for variable in given}
    assert given - settings_variables() == set()


@each_service
def test_no_secret_is_in_a_variable(file: str, name: str, service: dict[str, Any]) -> None:
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|_URL")
    for variable, value in environment(service).items():
        assert not secret.search(variable) or value == "" or value.startswith("/run/secrets/"), variable


def test_authorities_may_be_the_systems() -> None:
    given = [environment(SERVICES["web"], variables) for variables in ({}, {"DENTALHUB_SOURCE_CA_FILE": ""})]
    assert [one["DENTALHUB_SOURCE_CA_FILE"] for one in given] == ["/run/secrets/practice_ca", ""]


@pytest.mark.parametrize("file", TEXTS)
def test_every_variable_of_a_file_has_a_default_or_is_demanded(file: str) -> None:
    assert [found[0] for found in VARIABLE.finditer(TEXTS[file]) if not found[2]] == []


@pytest.mark.parametrize("file", TEXTS)
def test_every_variable_of_a_file_is_in_the_docs(file: str) -> None:
    docs = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = {found[1] for found in VARIABLE.finditer(TEXTS[file])}
    documented = {name.removesuffix("_FILE") if name.endswith("_URL_FILE") else name for name in names}
    assert {name for name in documented if f"| `{name}` |" not in docs} == set()


def test_only_the_region_s_file_demands_variables() -> None:
    demanded = {
        file: {found[1] for found in VARIABLE.finditer(text) if found[2] == ":?"} for file, text in TEXTS.items()
    }
    assert demanded == {"docker-compose.yml": set(), "region": {"Q_CLUSTER_NAME", "DENTALHUB_QUEUES"}}


@each_of_ours
def test_commands_exist_and_know_their_options(file: str, name: str, service: dict[str, Any]) -> None:
    for program, *words in programs(service):
        if program == "dentalhub":
            assert words == ["init", "--secrets", "/secrets"]
            continue
        assert program == "python"
        script, *arguments = words
        assert (ROOT / script).is_file()
        if script == "manage.py":
            command, *options = arguments
            parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
            parser.parse_args(options)


def test_workers_serve_each_queue_and_are_watched_on_it() -> None:
    assert {name: SERVICES[name]["environment"]["Q_CLUSTER_NAME"] for name in WORKERS} == WORKERS
    for name, queue in WORKERS.items():
        assert SERVICES[name]["command"] == ["python", "manage.py", "qcluster"]
        assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "python", "manage.py", "watchdog", "--queue", queue]
        assert environment(SERVICES[name])["DENTALHUB_QUEUES"] == ",".join(REGIONS)


@pytest.mark.parametrize("worker", [*(SERVICES[name] for name in WORKERS), REGION_WORKER])
def test_what_a_worker_started_ends_with_it(worker: dict[str, Any]) -> None:
    assert (worker["init"], worker["stop_grace_period"]) == (True, "2m")


def test_regions_have_as_many_workers_as_one_says() -> None:
    replicas = {region: SERVICES[f"worker-{region}"]["deploy"]["replicas"] for region in REGIONS}
    assert replicas == {
        region: f"${{{region.upper()}_REPLICAS:-{2 if region == 'germany' else 1}}}" for region in REGIONS
    }
    for name in (f"worker-{region}" for region in REGIONS):
        assert not {"container_name", "ports"} & set(SERVICES[name])


def test_worker_on_another_machine_differs_by_configuration_alone() -> None:
    here = SERVICES["worker-austria"]
    same = ("command", "restart", "read_only", "cap_drop", "security_opt", "tmpfs", "init", "volumes", "image")
    assert {key: REGION_WORKER[key] for key in same} == {key: here[key] for key in same}
    others = {"DENTALHUB_ALLOWED_HOSTS", "DENTALHUB_METRICS_TOKEN_FILE", "DENTALHUB_CACHE_URL_FILE"}
    assert set(REGION_WORKER["environment"]) == set(here["environment"]) - others
    variables = {"Q_CLUSTER_NAME": "austria", "DENTALHUB_QUEUES": "austria"}
    assert environment(REGION_WORKER, variables)["Q_CLUSTER_NAME"] == "austria"
    ivoris = DOCUMENTS["region"]["secrets"]["ivoris"]["file"]
    assert interpolated(ivoris, variables) == "../secrets/ivoris_austria"
    assert [interpolated(target, variables) for target in secrets_of(REGION_WORKER)][-1] == "ivoris_austria"
