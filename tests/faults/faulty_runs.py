"""A network in which every center has a port of its own, and runs over it while centers misbehave."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from centers.connection import close_all
from centers.models import Center, DatabaseServer
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import Breaker, CenterRun
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of
from tests.faults.landed import Landed, landed_entries, landed_of

LAST_DAY = date(2026, 11, 20)
# Shorter than a login or query that is told to wait for ever, longer than three attempts with their waits.
DEADLINE_SECONDS = 12


@dataclass(frozen=True, slots=True)
class Ended:
    """How one center's part of a run ended. ``seconds`` is the time that reading took, all attempts together."""

    state: str
    kind: str
    message: str
    seconds: float
    before: Landed
    after: Landed


@dataclass(frozen=True, slots=True)
class FaultyNetwork:
    """A served network whose centers have approved mappings."""

    network: Network
    process: SandboxProcess

    def extract(self, faults: Mapping[str, FaultKind], day: date = LAST_DAY) -> tuple[dict[str, Ended], float]:
        """One run over all centers while those of ``faults`` misbehave; also the seconds that it took as a whole."""
        Breaker.objects.all().delete()
        close_all()
        before = {center.center_id: landed_of(center.center_id) for center in self.network.centers}
        for center_id, kind in faults.items():
            self.process.set_fault(center_id, kind)
        started = time.monotonic()
        run = request_run(None, day, workers=len(self.network.centers)).run
        execute(claim_run(run.pk))
        seconds = time.monotonic() - started
        for center_id in faults:
            self.process.set_fault(center_id, None)
        parts = CenterRun.objects.filter(run=run).select_related("center")
        ended = {part.center.center_id: _ended(part, before[part.center.center_id]) for part in parts}
        close_all()
        return ended, seconds

    def untrue(self, day: date = LAST_DAY) -> list[str]:
        """The centers whose landed rows of a day are not the ground truth; empty when all are."""
        return [
            center.center_id
            for center in self.network.centers
            if landed_entries(center.center_id, day)
            != truth_of(self.network, center.center_id)["entries"].get(day.isoformat(), [])
        ]


def _ended(part: CenterRun, before: Landed) -> Ended:
    after = landed_of(part.center.center_id)
    return Ended(part.state, part.error_kind, part.error_message, part.duration_ms / 1000, before, after)


@contextmanager
def faulty_network(directory: Path, centers: int, patch: pytest.MonkeyPatch) -> Iterator[FaultyNetwork]:
    """Served, imported, mapped by the ground truth and extracted once while all is well. Needs the database."""
    options = NetworkOptions(until=LAST_DAY, centers=centers, servers=centers, days=2, one_server_per_center=True)
    network = build_network(directory, options)
    with SandboxProcess(directory, ServeOptions(slow_seconds=1.5)) as process:
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        for center in import_centers(process.centers_yml):
            map_by_truth(center, network)
        DatabaseServer.objects.update(login_timeout=1, query_timeout=2)
        found = FaultyNetwork(network, process)
        healthy, _seconds = found.extract({})
        assert {ended.state for ended in healthy.values()} == {RunState.SUCCEEDED}
        assert Center.objects.count() == centers
        yield found
        close_all()
