"""The compose files as they are read, with the values of their variables."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dentalhub.queue_settings import DEFAULT, INTERACTIVE
from dentalhub.secret_files import REGIONS

ROOT = Path(__file__).resolve().parents[2]
FILES = {"docker-compose.yml": ROOT / "docker-compose.yml", "region": ROOT / "deploy" / "docker-compose.region.yml"}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
DOCUMENTS: dict[str, dict[str, Any]] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
SERVICES: dict[str, Any] = DOCUMENTS["docker-compose.yml"]["services"]
REGION_WORKER: dict[str, Any] = DOCUMENTS["region"]["services"]["worker"]
# Each service of each file, with the file's name.
EVERY_SERVICE: list[tuple[str, str, dict[str, Any]]] = [
    (file, name, service) for file, document in DOCUMENTS.items() for name, service in document["services"].items()
]
OURS = [(file, name, service) for file, name, service in EVERY_SERVICE if "build" in service]
# Name, then `:-default`, `-default` (which an empty value overrides), `:?message` or nothing.
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:-|-|:\?)([^}]*))?\}")


def ids(services: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    """For pytest."""
    return [f"{file}:{name}" for file, name, _service in services]


def interpolated(text: str, variables: dict[str, str] | None = None) -> str:
    """`text` as Compose reads it where only `variables` are set."""
    known = variables or {}

    def value(found: re.Match[str]) -> str:
        name, operator, default = found.groups()
        is_given = name in known and (operator == "-" or known[name] != "")
        return known[name] if is_given else default if operator in {":-", "-"} else ""

    filled = VARIABLE.sub(value, text)
    return filled.replace("$$", "$")


def environment(service: dict[str, Any], variables: dict[str, str] | None = None) -> dict[str, str]:
    """What the service's processes are started with."""
    return {name: interpolated(str(value), variables) for name, value in service.get("environment", {}).items()}


def secrets_of(service: dict[str, Any]) -> dict[str, str]:
    """The secrets a service gets: the file's name below /run/secrets, and which secret it is."""
    given = [entry if isinstance(entry, dict) else {"source": entry} for entry in service.get("secrets", [])]
    return {str(entry.get("target") or entry["source"]): str(entry["source"]) for entry in given}


def programs(service: dict[str, Any]) -> list[list[str]]:
    """The commands of ours that a service runs: its own, and that of its health check."""
    health = service.get("healthcheck", {}).get("test", [])
    asked = health[1].replace('"$$Q_CLUSTER_NAME"', "dentalhub").split() if health[:1] == ["CMD-SHELL"] else health[1:]
    return [command for command in (service.get("command", []), asked) if command]


WORKERS = {"worker": DEFAULT, "worker-interactive": INTERACTIVE} | {f"worker-{region}": region for region in REGIONS}
SERVERS = ("sqlserver", *(f"sqlserver-{region}" for region in REGIONS))
# What fills them.
LOADERS = {"practices": "sqlserver"} | {f"practices-{region}": f"sqlserver-{region}" for region in REGIONS}
each_service = pytest.mark.parametrize(("file", "name", "service"), EVERY_SERVICE, ids=ids(EVERY_SERVICE))
each_of_ours = pytest.mark.parametrize(("file", "name", "service"), OURS, ids=ids(OURS))
