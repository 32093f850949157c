"""How the containers of the compose files run: again after a crash, watched, and with no right too many."""

from typing import Any

import pytest

from tests.frame.compose_files import (
    DOCUMENTS,
    LOADERS,
    ROOT,
    SERVERS,
    SERVICES,
    WORKERS,
    each_service,
    interpolated,
)

PROFILES = {"setup", "regions", "redis", "monitoring"}
ONE_SHOTS = {"secrets": "no", "migrate": "on-failure"} | dict.fromkeys(LOADERS, "on-failure")


@each_service
def test_services_come_back_after_a_crash(file: str, name: str, service: dict[str, Any]) -> None:
    assert service["restart"] == ONE_SHOTS.get(name, "unless-stopped")


@each_service
def test_each_service_that_stays_says_whether_it_is_well(file: str, name: str, service: dict[str, Any]) -> None:
    health = service["healthcheck"]
    assert (health == {"disable": True}) is (name in ONE_SHOTS)
    if name not in ONE_SHOTS:
        assert health["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries"} <= set(health)


@each_service
def test_containers_may_do_nothing_that_they_do_not_need(file: str, name: str, service: dict[str, Any]) -> None:
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    # SQL Server writes all over its own file system.
    confined = {"read_only": True, "cap_drop": ["ALL"], "tmpfs": ["/tmp:mode=1777"]}
    assert {key: service.get(key) for key in confined} == (dict.fromkeys(confined) if name in SERVERS else confined)


@each_service
def test_ports_are_open_to_this_machine_only(file: str, name: str, service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_ports_differ() -> None:
    ports = {name: [interpolated(port) for port in service.get("ports", [])] for name, service in SERVICES.items()}
    assert {name: taken for name, taken in ports.items() if taken} == {
        "web": ["127.0.0.1:8000:8000"],
        "grafana": ["127.0.0.1:3000:3000"],
        "sqlserver": ["127.0.0.1:1434:1433"],
        "sqlserver-germany": ["127.0.0.1:1435:1433"],
        "sqlserver-austria": ["127.0.0.1:1436:1433"],
        "sqlserver-switzerland": ["127.0.0.1:1437:1433"],
    }


@each_service
def test_services_wait_for_services_that_start_with_them(file: str, name: str, service: dict[str, Any]) -> None:
    services = DOCUMENTS[file]["services"]
    profiles = set(service.get("profiles", []))
    assert profiles <= PROFILES
    needed = service.get("depends_on", [])
    for other in needed:
        assert set(services[other].get("profiles", [])) in (set(), profiles)
    conditions = {"service_healthy", "service_completed_successfully"}
    assert isinstance(needed, list) or {entry["condition"] for entry in needed.values()} <= conditions


@pytest.mark.parametrize("file", DOCUMENTS)
def test_volumes_are_declared_and_files_are_there(file: str) -> None:
    mounted = {
        interpolated(volume).split(":")[0]
        for service in DOCUMENTS[file]["services"].values()
        for volume in service.get("volumes", [])
    }
    named = {source for source in mounted if not source.startswith(".")}
    assert named == set(DOCUMENTS[file]["volumes"])
    assert [source for source in mounted - named - {"./secrets"} if not (ROOT / source).exists()] == []


@pytest.mark.parametrize("name", ["web", "migrate", *WORKERS])
def test_services_share_the_data(name: str) -> None:
    assert SERVICES[name]["volumes"] == ["data:/data"]
    assert SERVICES[name]["environment"]["DENTALHUB_DATA_DIR"] == "/data"
