"""Of many centers some are dead, slow or hanging: all others deliver, as if those were not there."""

import os
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from centers.connection import close_all
from centers.models import DatabaseServer
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import CenterRun
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of
from tests.faults.faulty_runs import LAST_DAY
from tests.faults.landed import landed_entries, untrue_manifests
from tests.faults.sick_centers import SLOW, sick_centers

DEADLINE_SECONDS = 8
pytestmark = pytest.mark.skipif(
    "DENTALHUB_TEST_SERVER" in os.environ, reason="only the sandbox misbehaves when it is told to"
)
Sick = tuple[Network, dict[str, FaultKind]]


def _prepared(network: Network, faults: tuple[Fault, ...], patch: pytest.MonkeyPatch) -> Iterator[Sick]:
    """Mapped while all was well, then served with the faults."""
    with SandboxProcess(network.directory, ServeOptions()) as process:
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        for center in import_centers(process.centers_yml):
            map_by_truth(center, network)
        close_all()
    with SandboxProcess(network.directory, ServeOptions(faults=faults)) as process:
        import_centers(process.centers_yml)
        DatabaseServer.objects.update(login_timeout=2, query_timeout=20)
        yield network, {fault.center_id: fault.kind for fault in faults}
        close_all()


@pytest.fixture(params=[100, pytest.param(500, marks=pytest.mark.storm)])
def sick(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sick]:
    """So many centers on three servers; those that nobody can log in to have a port of their own."""
    settings.CENTER_DEADLINE_SECONDS = DEADLINE_SECONDS
    options = NetworkOptions(until=LAST_DAY, centers=request.param, servers=3, days=1, rows_per_day=4)
    network = build_network(tmp_path_factory.mktemp("sick"), options)
    faults = sick_centers([center.center_id for center in network.centers], seed=11)
    yield from _prepared(network, faults, monkeypatch)


def test_healthy_centers_deliver_all_beside_sick_ones(sick: Sick) -> None:
    network, faults = sick
    run = request_run(None, LAST_DAY, workers=50).run
    execute(claim_run(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.PARTIAL
    failed = dict(
        CenterRun.objects.filter(run=run, state=RunState.FAILED).values_list("center__center_id", "error_kind")
    )
    # A slow one is no failure.
    assert failed.keys() == {center_id for center_id, kind in faults.items() if kind not in SLOW}
    assert "" not in failed.values()
    wrong = [
        center.center_id
        for center in network.centers
        if landed_entries(center.center_id, LAST_DAY)
        != (
            []
            if center.center_id in failed
            else truth_of(network, center.center_id)["entries"].get(LAST_DAY.isoformat(), [])
        )
    ]
    assert (wrong, untrue_manifests()) == ([], [])
