"""A served network of six centers on two servers, with a typed table in the first center's database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyodbc
import pytest

from dentalhub.sandbox.network import Network, NetworkCenter, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.sandbox.driver import connect
from tests.sandbox.typed_database import add_typed_table

SMALL = NetworkOptions(until=date(2026, 11, 20), centers=6, servers=2, days=2)


@dataclass(frozen=True)
class Served:
    """A running sandbox and what it serves."""

    process: SandboxProcess
    network: Network

    @property
    def first(self) -> NetworkCenter:
        """The center whose database has the typed table."""
        return self.network.centers[0]

    def connect(self, center: NetworkCenter | None = None, /, **keywords: str) -> pyodbc.Connection:
        """A connection to the server of a center (default: the first)."""
        return connect(self.process, (center or self.first).server, **keywords)


@pytest.fixture(scope="session")
def small_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The files of the six centers."""
    network = build_network(tmp_path_factory.mktemp("small"), SMALL)
    add_typed_table(network.database_file(network.centers[0]))
    return network


@pytest.fixture(scope="session")
def served(small_network: Network) -> Iterator[Served]:
    """The network, served without faults."""
    with SandboxProcess(small_network.directory, ServeOptions(statement_log=True)) as process:
        yield Served(process, small_network)


@pytest.fixture
def connection(served: Served) -> Iterator[pyodbc.Connection]:
    """A connection to the first center's database."""
    opened = served.connect(DATABASE=served.first.database)
    yield opened
    opened.close()
