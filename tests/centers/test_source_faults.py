"""The ladder over the genuine driver, against centers that misbehave."""

import os
from collections.abc import Iterator

import pytest

from centers.centers_import import apply_import, read_centers_file
from centers.connection import close_all
from centers.connection_report import Step
from centers.connection_test import climb
from centers.models import Center
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.conftest import LAST_DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Only the sandbox misbehaves on demand."),
]

EXPECTED = {
    FaultKind.REFUSE: (Step.TCP, "refused"),
    FaultKind.WRONG_PASSWORD: (Step.LOGIN, "login_failed"),
    FaultKind.CUT: (Step.SELECT, "connection_lost"),
    FaultKind.DEADLOCK: (Step.SELECT, "deadlock"),
    FaultKind.LOCK_TIMEOUT: (Step.SELECT, "lock_timeout"),
    FaultKind.MISSING_DATABASE: (Step.DATABASE, "database_missing"),
    FaultKind.MISSING_TABLE: (Step.SELECT, "table_missing"),
}
CENTER_OF = {kind: f"center_{number:02d}" for number, kind in enumerate(EXPECTED, start=1)}


@pytest.fixture(scope="module")
def faulty_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    options = NetworkOptions(until=LAST_DAY, centers=len(EXPECTED) + 1, servers=1, days=1, rows_per_day=1)
    return build_network(tmp_path_factory.mktemp("faulty"), options)


@pytest.fixture(scope="module")
def faulty_centers(faulty_network: Network) -> Iterator[str]:
    """The text of a centers file that leads to the misbehaving centers."""
    faults = tuple(Fault(center_id, kind) for kind, center_id in CENTER_OF.items())
    with (
        SandboxProcess(faulty_network.directory, ServeOptions(faults=faults)) as process,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        yield process.centers_yml.read_text(encoding="utf-8")
    close_all()


@pytest.mark.parametrize("kind", EXPECTED)
def test_climb_to_a_center_that_misbehaves_names_step_and_cause(faulty_centers: str, kind: FaultKind) -> None:
    apply_import(read_centers_file(faulty_centers))
    center = Center.objects.select_related("server").get(center_id=CENTER_OF[kind])
    failure = climb(center.server.spec(), center.database).failure
    assert failure is not None
    assert (failure.step, failure.kind) == EXPECTED[kind]


def test_climb_to_its_healthy_neighbour_passes(faulty_centers: str) -> None:
    apply_import(read_centers_file(faulty_centers))
    center = Center.objects.select_related("server").get(center_id=f"center_{len(EXPECTED) + 1:02d}")
    assert climb(center.server.spec(), center.database).passed is True
