"""The queues and their times, and what a worker of an unknown queue is told."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from dentalhub import broker_settings
from dentalhub.checks import tasks_end_before_they_come_again
from dentalhub.queue_settings import checked_own_queue, checked_queues, cluster_settings, every_cluster
from dentalhub.queues import all_queues, queue_of, reading_queues
from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]


def made(*queues: str, **changes: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"deadline_seconds": 1800, "workers": 2, "interactive_workers": 1, "poll_seconds": 0.5}
    return cluster_settings(queues, **({"broker": broker_settings.broker("")} | options | changes))


def times(settings: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {
        name: (cluster["timeout"], cluster["retry"], cluster["workers"])
        for name, cluster in every_cluster(settings).items()
    }


def test_every_region_has_the_times_of_runs_and_interactive_short_ones() -> None:
    assert times(made("austria", "ticino")) == {
        "dentalhub": (1860, 2160, 2),
        "interactive": (120, 420, 1),
        "austria": (1860, 2160, 2),
        "ticino": (1860, 2160, 2),
    }


def test_nothing_is_fetched_ahead_and_a_failed_task_never_comes_back() -> None:
    for cluster in every_cluster(made("austria")).values():
        kept = ("queue_limit", "bulk", "ack_failures", "max_attempts")
        assert [cluster[name] for name in kept] == [1, 1, True, 1]


@pytest.mark.parametrize(
    "changes", [{"deadline_seconds": 0}, {"workers": 0}, {"interactive_workers": 0}, {"poll_seconds": 0.0}]
)
def test_numbers_with_which_no_task_could_end_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be above 0"):
        made(**changes)


@pytest.mark.parametrize("name", ["interactive", "dentalhub", "", "Austria", "a b", "a;b", "x" * 41])
def test_queue_that_no_region_can_have_is_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DENTALHUB_QUEUES"):
        checked_queues(["ticino", name])


def test_queue_named_twice_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="twice"):
        checked_queues(["austria", "austria"])


@pytest.mark.parametrize("name", ["", "dentalhub", "interactive", "austria"])
def test_known_queue_is_taken(name: str) -> None:
    assert checked_own_queue(name, ("austria",)) == name


def test_unknown_queue_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        checked_own_queue("austira", ("austria", "ticino"))
    assert "'austira'. Known are dentalhub, interactive, austria, ticino;" in str(caught.value)


def test_queue_of_a_region_is_its_own_or_the_default_one(settings: Settings) -> None:
    settings.QUEUES = ("austria",)
    assert (queue_of("austria"), queue_of("germany"), queue_of("interactive")) == ("austria", "dentalhub", "dentalhub")
    assert all_queues() == ("dentalhub", "interactive", "austria")
    assert reading_queues() == ("dentalhub", "austria")


def test_check_is_content_with_our_settings() -> None:
    assert tasks_end_before_they_come_again() == []


@pytest.mark.parametrize(
    ("queue", "changes", "codes"),
    [
        ("austria", {"retry": 1860}, ["dentalhub.E001"]),
        ("interactive", {"timeout": 200}, ["dentalhub.E001"]),
        ("interactive", {"timeout": 0.7}, ["dentalhub.E002"]),
        ("austria", {"guard_cycle": 0.7}, ["dentalhub.E002"]),
    ],
)
def test_check_finds_times_that_run_a_task_twice(
    queue: str, changes: dict[str, Any], codes: list[str], settings: Settings
) -> None:
    found = made("austria")
    found["ALT_CLUSTERS"][queue].update(changes)
    settings.Q_CLUSTER = found
    messages = tasks_end_before_they_come_again()
    assert [message.id for message in messages] == codes
    assert queue in str(messages[0].msg)


def run_python(code: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A fresh process with settings of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE_URL"))}
    given = {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(directory),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=kept | given | variables, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_worker_of_an_unknown_queue_does_not_start(tmp_path: Path) -> None:
    code = "from dentalhub.cli import main; main(['dentalhub', 'qcluster'])"
    result = run_python(code, tmp_path, DENTALHUB_QUEUES="austria", Q_CLUSTER_NAME="austira")
    assert result.returncode != 0
    assert "there is no queue 'austira'. Known are dentalhub, interactive, austria;" in result.stderr.splitlines()[-1]


def test_django_q_takes_the_settings_of_the_named_queue(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django_q.conf import Conf;"
        "print(Conf.CLUSTER_NAME, Conf.PREFIX, Conf.TIMEOUT, Conf.RETRY, Conf.WORKERS, Conf.QUEUE_LIMIT)"
    )
    environment = {"DENTALHUB_QUEUES": "austria", "DENTALHUB_RUN_DEADLINE_SECONDS": "600"}
    found = {
        name: run_python(code, tmp_path, Q_CLUSTER_NAME=name, **environment).stdout.split()
        for name in ("", "interactive", "austria")
    }
    assert found == {
        "": ["dentalhub", "dentalhub", "660", "960", "2", "1"],
        "interactive": ["interactive", "dentalhub", "120", "420", "2", "1"],
        "austria": ["austria", "dentalhub", "660", "960", "2", "1"],
    }


def test_own_database_over_odbc_never_sees_a_pool_of_the_driver_manager(tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    (machine / "odbcinst.ini").write_text("[ODBC]\nPooling = Yes\n")
    code = "import os, django.conf; django.conf.settings.DATABASES; print(os.environ['ODBCSYSINI'])"
    url = "mssql://sa:password@localhost:1434/dentalhub"
    result = run_python(code, tmp_path / "data", DATABASE_URL=url, ODBCSYSINI=str(machine))
    directory = tmp_path / "data" / "odbc"
    assert result.stdout.split() == [str(directory)]
    lines = (directory / "odbcinst.ini").read_text().lower().replace(" ", "").splitlines()
    assert [line for line in lines if line.startswith("pooling")] == ["pooling=no"]
