"""The units in deploy/systemd start commands and set variables that exist; the docs name every setting."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.module_loading import import_string

from tests.frame.settings_variables import settings_variables

ROOT = Path(__file__).resolve().parents[2]
UNITS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "deploy" / "systemd").iterdir())}
PROGRAMS = "/srv/dentalhub/.venv/bin/"


def values(unit: str, key: str) -> list[str]:
    """What a unit says under `key`, in order."""
    return re.findall(rf"^{key}=(.*)$", UNITS[unit], re.MULTILINE)


def test_there_is_a_unit_for_each_part() -> None:
    assert list(UNITS) == [
        "dentalhub-restart@.service",
        "dentalhub-watchdog@.service",
        "dentalhub-watchdog@.timer",
        "dentalhub-web.service",
        "dentalhub-worker@.service",
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_commands_exist_and_take_their_options(unit: str) -> None:
    lines = values(unit, "ExecStart") + values(unit, "ExecStartPre")
    ours = [line.removeprefix(PROGRAMS).split() for line in lines if line.startswith(PROGRAMS)]
    for program, command, *options in ours:
        if program == "gunicorn":
            assert callable(import_string(f"{command}.application"))
            continue
        assert program == "dentalhub"
        app = get_commands()[command]
        assert isinstance(app, str)
        parser = load_command_class(app, command).create_parser("dentalhub", command)
        assert parser.parse_args([option.replace("%i", "dentalhub") for option in options])


@pytest.mark.parametrize("unit", UNITS)
def test_units_name_only_units_that_exist(unit: str) -> None:
    for name in re.findall(r"dentalhub-[a-z]+@(?=%i)", UNITS[unit]):
        assert f"{name}.service" in UNITS


@pytest.mark.parametrize("unit", UNITS)
def test_variables_are_settings(unit: str) -> None:
    assert {value.partition("=")[0] for value in values(unit, "Environment")} <= settings_variables()


@pytest.mark.parametrize("unit", ["dentalhub-web.service", "dentalhub-worker@.service"])
def test_long_running_parts_are_always_started_again_and_end_as_a_group(unit: str) -> None:
    assert (values(unit, "Restart"), values(unit, "KillMode")) == (["always"], ["mixed"])


def test_worker_serves_the_queue_of_its_name_with_its_own_secrets() -> None:
    assert values("dentalhub-worker@.service", "Environment") == ["Q_CLUSTER_NAME=%i"]
    files = values("dentalhub-worker@.service", "EnvironmentFile")
    assert files == ["/etc/dentalhub/dentalhub.env", "-/etc/dentalhub/worker-%i.env"]


def test_watchdog_has_deaf_workers_restarted_and_nobody_when_the_database_is_away() -> None:
    assert values("dentalhub-watchdog@.service", "OnFailure") == ["dentalhub-restart@%i.service"]
    assert values("dentalhub-watchdog@.service", "SuccessExitStatus") == ["2"]
    assert values("dentalhub-restart@.service", "ExecStart") == ["systemctl restart dentalhub-worker@%i.service"]


def test_docs_name_every_setting_and_no_other() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.split("## Settings")[1].split("\n## ")[0]
    documented = re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)
    assert sorted(documented) == sorted(settings_variables() - {"DENTALHUB_ENV_FILE"})
    assert "`DENTALHUB_ENV_FILE`" in table


def test_readme_links_to_pages_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [path for path in re.findall(r"\]\((docs/[^)]+)\)", text) if not (ROOT / path).is_file()]
    assert missing == []
