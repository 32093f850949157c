"""Many connections at once."""
# ruff: noqa: S608 # statements over names of our own

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from dentalhub.sandbox.network import NetworkCenter
from tests.sandbox.conftest import Served

CONNECTIONS = 100


def test_hundred_connections_each_read_their_own_database(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # For all threads at once: each `connect` puts back what it found, which could be another one's.
    monkeypatch.setenv("SSL_CERT_FILE", str(served.process.ca_file))
    barrier = Barrier(CONNECTIONS, timeout=60)

    def read(center: NetworkCenter) -> list[tuple[str, str]]:
        connection = served.connect(center, DATABASE=center.database, Encrypt="no")
        barrier.wait()
        found = [
            (
                connection.execute("SELECT DB_NAME()").fetchval(),
                connection.execute(
                    f"SELECT MAX(TABLE_CATALOG) FROM [{center.database}].INFORMATION_SCHEMA.TABLES WHERE 1 = ?", 1
                ).fetchval(),
            )
            for _ in range(5)
        ]
        connection.close()
        return found

    centers = [served.network.centers[index % len(served.network.centers)] for index in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        results = list(pool.map(read, centers))
    assert results == [[(center.database, center.database)] * 5 for center in centers]
