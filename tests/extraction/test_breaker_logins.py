"""Wrong passwords over the genuine driver: one login attempt for each server, and none while its breaker is open."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from centers.connection import close_all
from centers.models import DatabaseServer
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.breaker_models import Breaker
from extraction.breaker_reset import find, reset
from extraction.enums import BreakerScope, BreakerState, RunState
from extraction.models import CenterRun, ExtractionRun
from tests.extraction.breaker_tasks import make_due
from tests.extraction.practice_network import import_centers, map_by_truth

LAST_DAY = date(2026, 11, 20)
SERVERS, SHARING = 50, 12
Serve = Callable[[NetworkOptions], SandboxProcess]
pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="only the sandbox counts its logins")


@pytest.fixture
def serve(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Practices with approved mappings, and from then on a wrong password for all of them."""
    running: list[SandboxProcess] = []

    def start(options: NetworkOptions) -> SandboxProcess:
        network = build_network(tmp_path, options)
        process = SandboxProcess(network.directory, ServeOptions())
        process.__enter__()
        running.append(process)
        monkeypatch.setenv("IVORIS_PASSWORD", process.password)
        monkeypatch.setenv("SSL_CERT_FILE", str(process.ca_file))
        for center in import_centers(process.centers_yml):
            map_by_truth(center, network)
        close_all()
        # Another timeout is another pool: as in a process of its own, no login has succeeded before.
        DatabaseServer.objects.update(login_timeout=9)
        monkeypatch.setenv("IVORIS_PASSWORD", "not the password")
        return process

    yield start
    close_all()
    for process in running:
        process.__exit__(None, None, None)


def _extract() -> dict[str, int]:
    """Run all centers; how many ended with each cause."""
    # Exit code 1 says what the rows say in more detail.
    with suppress(CommandError):
        call_command("extract", "--date", LAST_DAY.isoformat(), "--workers", "20", "--json", stdout=StringIO())
    causes: dict[str, int] = {}
    for cause in CenterRun.objects.filter(run=ExtractionRun.objects.first()).values_list("error_kind", flat=True):
        causes[cause] = causes.get(cause, 0) + 1
    return causes


def _attempts(process: SandboxProcess, before: dict[str, int]) -> list[int]:
    return [count - before[name] for name, count in process.logins().items()]


def test_each_of_many_wrong_passwords_is_tried_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    process = serve(NetworkOptions(until=LAST_DAY, centers=SERVERS, days=1, one_server_per_center=True))
    before = process.logins()
    assert _extract() == {"login_failed": SERVERS}
    assert _attempts(process, before) == [1] * SERVERS
    assert set(Breaker.objects.values_list("scope", "state")) == {(BreakerScope.SERVER, BreakerState.OPEN)}
    assert Breaker.objects.count() == SERVERS

    # Right after, nobody is tried at all.
    assert _extract() == {"breaker_open": SERVERS}
    assert _attempts(process, before) == [1] * SERVERS
    assert set(ExtractionRun.objects.values_list("state", flat=True)) == {RunState.FAILED}

    # A person says that one may be tried, which fails again.
    mended = Breaker.objects.select_related("server")[0]
    again = find(mended.name)
    assert again is not None
    assert reset(again, None)
    assert _extract() == {"breaker_open": SERVERS - 1, "login_failed": 1}
    assert sorted(_attempts(process, before)) == [1] * (SERVERS - 1) + [2]

    # With the right password all tries go well when their time has come.
    monkeypatch.setenv("IVORIS_PASSWORD", process.password)
    make_due(*Breaker.objects.all())
    assert _extract() == {"": SERVERS}
    assert not Breaker.objects.exists()


def test_server_of_many_centers_is_tried_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    process = serve(NetworkOptions(until=LAST_DAY, centers=SHARING, servers=1, days=1))
    before = process.logins()
    first = _extract()
    assert first["login_failed"] + first.get("breaker_open", 0) == SHARING
    assert _attempts(process, before) == [1]
    assert _extract() == {"breaker_open": SHARING}
    assert _attempts(process, before) == [1]

    # The wait is over: one center is tried, and the others are left alone.
    make_due(*Breaker.objects.all())
    assert _extract() == {"breaker_open": SHARING - 1, "login_failed": 1}
    assert _attempts(process, before) == [2]

    # With the right password the try comes first, and the others in the same run.
    monkeypatch.setenv("IVORIS_PASSWORD", process.password)
    make_due(*Breaker.objects.all())
    assert _extract() == {"": SHARING}
    assert not Breaker.objects.exists()
