"""`serve` starts the pages and a worker for each queue."""

from collections.abc import Mapping, Sequence

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from dentalhub.management.commands import serve
from dentalhub.processes import ProcessGroup

Started = dict[str, Mapping[str, str]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Started:
    """The processes by name, each with the variables that it gets; Ctrl-C comes at once."""
    found: Started = {}

    def start(
        group: ProcessGroup, name: str, arguments: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> None:
        found[name] = variables or {}

    def wait(group: ProcessGroup) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(ProcessGroup, "start", start)
    monkeypatch.setattr(ProcessGroup, "wait", wait)
    monkeypatch.setattr(serve, "port_is_free", lambda host, port: True)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    settings.QUEUES = ("austria",)
    return found


def test_every_queue_gets_workers(started: Started) -> None:
    call_command("serve")
    assert started == {
        "worker of dentalhub": {"Q_CLUSTER_NAME": "dentalhub"},
        "worker of interactive": {"Q_CLUSTER_NAME": "interactive"},
        "worker of austria": {"Q_CLUSTER_NAME": "austria"},
        "web": {},
    }


def test_only_the_named_queues_get_workers_where_others_have_theirs_elsewhere(started: Started) -> None:
    call_command("serve", "--queue", "dentalhub", "--queue", "interactive", "--queue", "dentalhub")
    assert list(started) == ["worker of dentalhub", "worker of interactive", "web"]


def test_unknown_queue_is_refused(started: Started) -> None:
    with pytest.raises(CommandError):
        call_command("serve", "--queue", "austira")
    assert started == {}


def test_process_that_ends_by_itself_is_named(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProcessGroup, "wait", lambda group: "worker of austria")
    with pytest.raises(CommandError, match="worker of austria") as caught:
        call_command("serve")
    assert caught.value.returncode == 1
