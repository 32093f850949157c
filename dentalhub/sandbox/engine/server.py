"""One simulated SQL Server: its databases, login and what all its sessions share."""

import itertools
import logging
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from dentalhub.sandbox.engine.connections import ConnectionPool
from dentalhub.sandbox.engine.databases import ServerDatabases
from dentalhub.sandbox.faults import FaultBook
from dentalhub.sandbox.tsql.batches import BatchCache

VERSION_TEXT: Final = "Microsoft SQL Server 2019 (RTM) - 15.0.2000.5 (dentalhub sandbox over SQLite)"
# What clients say at a login, with a hash in place of the password; for tests that look for injected values.
login_log = logging.getLogger("dentalhub.sandbox.logins")
statement_log = logging.getLogger("dentalhub.sandbox.statements")


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS contexts; a server without them answers that it has no encryption."""

    in_packets: ssl.SSLContext
    strict: ssl.SSLContext
    # As in_packets, with a certificate of an authority that nobody knows.
    untrusted: ssl.SSLContext


@dataclass(slots=True)
class SimulatedServer:
    """Everything the sessions of one server have in common. Latencies in seconds."""

    name: str
    databases: ServerDatabases
    user: str
    password: str
    executor: ThreadPoolExecutor
    tls: Tls | None = None
    login_latency: float = 0.0
    query_latency: float = 0.0
    slow_seconds: float = 3.0
    logs_statements: bool = False
    cache: BatchCache = field(default_factory=BatchCache)
    pool: ConnectionPool = field(init=False)
    # Statements that once took longer than the event loop can wait go to a thread at once.
    slow_statements: set[str] = field(default_factory=set)
    process_ids: Iterator[int] = field(default_factory=lambda: itertools.count(51))
    # LOGIN7 messages received, whatever became of them.
    login_attempts: int = 0

    def __post_init__(self) -> None:
        self.pool = ConnectionPool(self.databases)

    @property
    def faults(self) -> FaultBook:
        """The faults of its databases."""
        return self.databases.faults

    def faults_changed(self) -> None:
        """Forget translations: they may name databases or tables that are now hidden."""
        self.cache.clear()
