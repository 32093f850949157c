"""The practice servers of docker-compose.yml and what fills them."""

import configparser

import pytest

from dentalhub.secret_files import REGIONS, SERVER_NAMES
from tests.frame.compose_files import (
    LOADERS,
    ROOT,
    SERVERS,
    SERVICES,
    secrets_of,
)


@pytest.mark.parametrize("name", SERVERS)
def test_practice_servers_are_alike(name: str) -> None:
    server = SERVICES[name]
    assert server["image"] == "mcr.microsoft.com/mssql/server:${MSSQL_TAG:-2019-latest}"
    assert server.get("profiles", []) == ([] if name == "sqlserver" else ["regions"])
    assert server["volumes"] == [
        f"{name}:/var/opt/mssql",
        "./deploy/sqlserver/mssql.conf:/var/opt/mssql/mssql.conf:ro",
    ]
    kind, command = server["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "/opt/mssql-tools18/bin/sqlcmd" in command
    assert "/opt/mssql-tools/bin/sqlcmd" in command


def test_practice_servers_show_the_certificate_that_was_made_for_them() -> None:
    said = configparser.ConfigParser()
    said.read_string((ROOT / "deploy" / "sqlserver" / "mssql.conf").read_text(encoding="utf-8"))
    names = {said["network"][key].removeprefix("/run/secrets/") for key in ("tlscert", "tlskey")}
    assert names <= set(secrets_of(SERVICES["sqlserver"]))
    assert said["network"]["forceencryption"] == "1"
    assert set(SERVERS) <= set(SERVER_NAMES)


@pytest.mark.parametrize(("name", "server"), LOADERS.items())
def test_practices_are_loaded_into_a_healthy_server(name: str, server: str) -> None:
    loader = SERVICES[name]
    options = dict(option.removeprefix("--").split("=") for option in loader["command"][3:])
    region = server.removeprefix("sqlserver").removeprefix("-")
    assert loader["depends_on"] == {server: {"condition": "service_healthy"}}
    assert (options["host"], options.get("region", "")) == (server, region)
    assert options["output"] == f"/data/practices/{region or 'centers'}.yml"
    passwords = {secret for secret in secrets_of(loader) if secret.startswith("ivoris_")}
    assert passwords == {f"ivoris_{one}" for one in ([region] if region else REGIONS)}
