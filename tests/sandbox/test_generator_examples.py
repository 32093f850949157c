"""The shipped centers files show the sandbox's own roster."""

from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from tests.sandbox.generated_network import FRIDAY

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def _example() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((EXAMPLES / "centers.yml").read_text(encoding="utf-8"))
    return document


def test_example_has_the_centers_of_the_roster() -> None:
    assert _example()["centers"] == [
        {
            "id": center.center_id,
            "name": center.name,
            "city": center.city,
            "database": center.database,
            "server": center.server,
        }
        for center in plan_roster(NetworkOptions(until=FRIDAY)).centers
    ]


def test_example_has_the_servers_of_the_roster_on_the_default_ports() -> None:
    servers = plan_roster(NetworkOptions(until=FRIDAY)).servers
    found = {
        name: (server["region"], server["user"], server["host"], server["port"])
        for name, server in _example()["servers"].items()
    }
    assert found == {
        server.name: (server.region, server.login, "localhost", 14_330 + index) for index, server in enumerate(servers)
    }
    assert set(_example()["regions"]) == {server.region for server in servers}


def test_template_makes_a_hundred_centers_on_one_server() -> None:
    template = (EXAMPLES / "centers.yml.j2").read_text(encoding="utf-8")
    # YAML is no HTML; the file is the project's own.
    environment = ImmutableSandboxedEnvironment(autoescape=False)
    document = yaml.safe_load(environment.from_string(template).render())
    assert len({center["id"] for center in document["centers"]}) == 100
    assert document["centers"][99] == {
        "id": "center_100",
        "name": "Zahnarztpraxis 100, Luzern",
        "database": "DentalDB_100",
        "city": "Luzern",
    }
    assert set(document) == {"database", "centers"}
