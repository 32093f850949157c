"""A practice's SQL Server locks an account after some wrong passwords, so each server sees one and no more."""

import os
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml

from centers.connection import borrow, close_all
from centers.exceptions import SourceError
from centers.server_spec import ServerSpec
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.conftest import LAST_DAY

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Only the sandbox counts its logins.")
CENTERS = 50
THREADS_PER_CENTER = 4
ATTEMPTS = 3


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """Fifty centers, each on a server of its own that refuses every login."""
    options = NetworkOptions(until=LAST_DAY, centers=CENTERS, one_server_per_center=True, days=1, rows_per_day=1)
    network = build_network(tmp_path_factory.mktemp("refusing"), options)
    faults = tuple(Fault(center.center_id, FaultKind.WRONG_PASSWORD) for center in network.centers)
    with (
        SandboxProcess(network.directory, ServeOptions(faults=faults)) as process,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        close_all()
        yield process
        close_all()


def test_wrong_passwords_of_50_centers_are_tried_once_each(refusing: SandboxProcess) -> None:
    servers = yaml.safe_load(refusing.centers_yml.read_text(encoding="utf-8"))["servers"]
    specs = [ServerSpec(one["host"], one["port"], one["user"], "env:IVORIS_PASSWORD") for one in servers.values()]
    told: Counter[tuple[str, int | None]] = Counter()
    lock, all_ready = threading.Lock(), threading.Barrier(CENTERS * THREADS_PER_CENTER)

    def read(spec: ServerSpec) -> None:
        all_ready.wait(30)
        for _attempt in range(ATTEMPTS):
            try:
                with borrow(spec):
                    pass
            except SourceError as error:
                with lock:
                    told[error.kind.value, error.number] += 1

    threads = [threading.Thread(target=read, args=(spec,)) for spec in specs * THREADS_PER_CENTER]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert told == {("login_failed", 18456): CENTERS * THREADS_PER_CENTER * ATTEMPTS}
    logins = refusing.logins()
    assert len(logins) == CENTERS
    assert set(logins.values()) == {1}
