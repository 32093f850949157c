"""Sources that misbehave: the run ends, names each with its reason, and lands all others."""

import os
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from centers.connection import close_all
from centers.models import DatabaseServer
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import CenterRun, ChartEntry, ExtractionRun
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of

LAST_DAY = date(2026, 11, 20)
FAULTS = {
    "center_02": (FaultKind.REFUSE, "refused"),
    "center_03": (FaultKind.WRONG_PASSWORD, "login_failed"),
    "center_04": (FaultKind.MISSING_DATABASE, "database_missing"),
    "center_05": (FaultKind.MISSING_TABLE, "schema_changed"),
    "center_06": (FaultKind.DEADLOCK, "deadlock"),
    "center_07": (FaultKind.CUT, "connection_lost"),
    "center_08": (FaultKind.HANG, "hung"),
    "center_09": (FaultKind.SILENT_ACCEPT, "login_timeout"),
    "center_12": (FaultKind.LOCK_TIMEOUT, "lock_timeout"),
    # Silent inside the TLS handshake: the driver's own timeout does not reach there.
    "center_10": (FaultKind.SILENT_LOGIN, "hung"),
}
SLOW = Fault("center_11", FaultKind.SLOW)
pytestmark = pytest.mark.skipif(
    "DENTALHUB_TEST_SERVER" in os.environ, reason="only the sandbox misbehaves when it is told to"
)


@pytest.fixture
def practices(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Thirteen centers with two business days."""
    return build_network(tmp_path_factory.mktemp("faults"), NetworkOptions(until=LAST_DAY, centers=13, days=2))


def _use(process: SandboxProcess, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("IVORIS_PASSWORD", process.password)
    patch.setenv("SSL_CERT_FILE", str(process.ca_file))


@pytest.fixture
def faulty(practices: Network, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """The network with its mappings approved while all was well, and then served with faults."""
    with SandboxProcess(practices.directory, ServeOptions()) as process:
        _use(process, monkeypatch)
        for center in import_centers(process.centers_yml):
            map_by_truth(center, practices)
        close_all()
    settings.CENTER_DEADLINE_SECONDS = 12
    faults = (SLOW, *(Fault(center_id, kind) for center_id, (kind, _cause) in FAULTS.items()))
    with SandboxProcess(practices.directory, ServeOptions(faults=faults)) as process:
        _use(process, monkeypatch)
        import_centers(process.centers_yml)
        DatabaseServer.objects.update(login_timeout=1)
        yield practices
        close_all()


def test_each_fault_is_named_and_all_others_land(faulty: Network) -> None:
    run = request_run(None, LAST_DAY).run
    leases = claim_run(run.pk)
    outcome = execute(leases)
    run.refresh_from_db()
    assert (run.state, outcome.hung) == (RunState.PARTIAL, 2)
    parts = CenterRun.objects.select_related("center")
    assert {part.center.center_id: part.error_kind for part in parts if part.state == RunState.FAILED} == {
        center_id: cause for center_id, (_kind, cause) in FAULTS.items()
    }
    assert all(part.error_message for part in parts if part.state == RunState.FAILED)
    for center in faulty.centers:
        landed = ChartEntry.objects.filter(center__center_id=center.center_id).count()
        expected = len(truth_of(faulty, center.center_id)["entries"].get(LAST_DAY.isoformat(), []))
        assert landed == (0 if center.center_id in FAULTS else expected), center.center_id


def test_command_names_each_failed_center_and_ends_with_one(faulty: Network) -> None:
    output = StringIO()
    arguments = ["extract", "--date", LAST_DAY.isoformat(), "-c", "center_01", "-c", "center_02", "-c", "center_05"]
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=output)
    assert caught.value.returncode == 1
    lines = output.getvalue().splitlines()
    assert any(line.startswith("center_01: ") for line in lines)
    assert [line.split(":")[0].strip() for line in lines[-2:]] == ["center_02 failed", "center_05 failed"]
    assert ExtractionRun.objects.get().state == RunState.PARTIAL
