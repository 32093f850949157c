"""`qcluster --name` serves the queue that it names; django-q2's own would serve the default one on Linux."""

import os
import sys

import pytest
from django.core.management import CommandError, call_command, get_commands
from pytest_django import Settings

from extraction.management.commands import qcluster

Calls = list[tuple[str, ...]]


class ReplacedError(Exception):
    """Another program runs in place of this one."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Calls:
    """What the command would have started: a cluster in this process, or another program in its place."""
    found: Calls = []

    class Started:
        def start(self) -> None:
            found.append(("cluster",))

        def stop(self) -> None:
            found.append(("stop",))

    def execv(program: str, command: list[str]) -> None:
        found.append((os.environ["Q_CLUSTER_NAME"], *command))
        raise ReplacedError

    monkeypatch.setattr(qcluster, "Cluster", Started)
    monkeypatch.setattr(qcluster, "stop_beside", lambda cluster: None)
    monkeypatch.setattr(qcluster, "ensure_tick", lambda: found.append(("tick",)))
    monkeypatch.setattr(qcluster, "ring", lambda queues: found.append(("ring", *queues)))
    monkeypatch.setattr(qcluster, "became_deaf", lambda cluster, queue: False)
    monkeypatch.setattr(os, "execv", execv)
    # Put back afterwards, whatever the command sets.
    monkeypatch.setenv("Q_CLUSTER_NAME", "")
    settings.QUEUES = ("austria",)
    return found


def test_command_is_ours() -> None:
    assert get_commands()["qcluster"] == "extraction"


@pytest.mark.parametrize("arguments", [(), ("--name", "dentalhub")])
def test_default_queue_is_served_by_this_process(arguments: tuple[str, ...], calls: Calls) -> None:
    call_command("qcluster", *arguments)
    assert calls == [("cluster",), ("tick",), ("ring", "dentalhub")]


def test_own_queue_is_served_by_this_process(calls: Calls, settings: Settings) -> None:
    settings.OWN_QUEUE = "austria"
    call_command("qcluster")
    assert calls == [("cluster",), ("tick",), ("ring", "austria")]


def test_another_queue_is_served_by_a_program_that_starts_with_its_name(calls: Calls) -> None:
    with pytest.raises(ReplacedError):
        call_command("qcluster", "--name", "austria", "--run-once")
    assert calls[0] == ("austria", sys.executable, "-m", "django", "qcluster", "--run-once")


def test_unknown_queue_is_bad_usage_and_the_known_ones_are_named(calls: Calls) -> None:
    with pytest.raises(CommandError, match="Known are dentalhub, interactive, austria;") as caught:
        call_command("qcluster", "--name", "austira")
    assert (caught.value.returncode, calls) == (2, [])
