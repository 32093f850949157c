"""Serves a network: one listener per simulated SQL Server, and one for each center whose fault needs its own."""

import asyncio
import contextlib
import resource
import secrets
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dentalhub.sandbox.centers_file import ServedCenters, centers_document
from dentalhub.sandbox.engine.databases import ServerDatabases
from dentalhub.sandbox.engine.server import SimulatedServer, Tls
from dentalhub.sandbox.engine.session import Session
from dentalhub.sandbox.network import Network, NetworkCenter, NetworkServer
from dentalhub.sandbox.options import Fault, FaultKind, ServeOptions
from dentalhub.sandbox.tds.channel import Channel
from dentalhub.sandbox.tls import (
    ensure_tls_files,
    ensure_untrusted_files,
    server_context,
    strict_context,
    write_private,
)

WANTED_FILES: Final = 16_384
_THREADS: Final = 16
_BACKLOG: Final = 1024


@dataclass(slots=True)
class Listener:
    """One port. ``fault`` acts before a client names a database."""

    group: ServedCenters
    server: SimulatedServer
    socket: socket.socket
    fault: FaultKind | None = None
    accepting: asyncio.Server | None = None


@dataclass(slots=True)
class Sandbox:
    """A network being served."""

    network: Network
    options: ServeOptions
    password: str
    listeners: list[Listener] = field(default_factory=list)
    _sessions: set[asyncio.Task[None]] = field(default_factory=set)
    _executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "sandbox-sqlite"))

    @property
    def ports(self) -> dict[str, int]:
        """The port of each server, by its name."""
        return {listener.group.server: listener.group.port for listener in self.listeners}

    @property
    def logins(self) -> dict[str, int]:
        """Login attempts since the start, refused ones too, by the name of the server entry (one per port)."""
        return {listener.group.server: listener.server.login_attempts for listener in self.listeners}

    async def start(self) -> None:
        """Listen on all ports and write centers.yml; raises OSError for a taken port, ValueError for a bad fault."""
        raise_file_limit()
        tls = self._tls()
        kinds = faults_by_center(self.network, self.options.faults)
        for number, (server, centers) in enumerate(_groups(self.network, kinds)):
            self.listeners.append(self._listener(number, server, centers, kinds, tls))
        for listener in self.listeners:
            await self._listen(listener)
        document = centers_document(listener.group for listener in self.listeners)
        (self.network.directory / "centers.yml").write_text(document, encoding="utf-8")

    async def stop(self) -> None:
        """Close all ports and connections."""
        for listener in self.listeners:
            if listener.accepting is not None:
                listener.accepting.close()
            listener.socket.close()
        for session in list(self._sessions):
            session.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._sessions, return_exceptions=True)
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def set_fault(self, center_id: str, kind: FaultKind | None) -> None:
        """Change a center's fault while serving; raises ValueError for one that only a new start can make."""
        listener, center = self._place(center_id)
        is_early = kind is not None and kind.needs_own_port
        if is_early and len(listener.group.centers) > 1:
            raise ValueError(f"{center_id} shares its port with other centers; choose {kind} at the start.")
        if len(listener.group.centers) == 1:
            was_refused = listener.fault is FaultKind.REFUSE
            listener.fault = kind if is_early else None
            if was_refused or kind is FaultKind.REFUSE:
                await self._listen_anew(listener)
        listener.server.faults.set(center.database, None if is_early else kind)
        listener.server.faults_changed()

    def _place(self, center_id: str) -> tuple[Listener, NetworkCenter]:
        for listener in self.listeners:
            for center in listener.group.centers:
                if center.center_id == center_id:
                    return listener, center
        raise ValueError(f"There is no center {center_id!r}.")

    def _tls(self) -> Tls | None:
        files = ensure_tls_files(self.network.directory)
        if self.options.encryption == "off":
            return None
        untrusted = ensure_untrusted_files(self.network.directory)
        return Tls(server_context(files), strict_context(files), server_context(untrusted))

    def _listener(
        self,
        number: int,
        server: NetworkServer,
        centers: tuple[NetworkCenter, ...],
        kinds: dict[str, FaultKind],
        tls: Tls | None,
    ) -> Listener:
        port = self.options.port + number if self.options.port else 0
        bound = socket.create_server((self.options.host, port), backlog=_BACKLOG, reuse_port=False)
        simulated = SimulatedServer(
            name=server.name,
            databases=ServerDatabases({one.database: self.network.database_file(one) for one in centers}),
            user=server.login,
            password=self.password,
            executor=self._executor,
            tls=tls,
            login_latency=self.options.login_latency_ms / 1000,
            query_latency=self.options.query_latency_ms / 1000,
            slow_seconds=self.options.slow_seconds,
            logs_statements=self.options.statement_log,
        )
        early = None
        for center in centers:
            kind = kinds.get(center.center_id)
            if kind is not None and kind.needs_own_port:
                early = kind
            else:
                simulated.faults.set(center.database, kind)
        group = ServedCenters(server.name, server.region, server.login, bound.getsockname()[1], centers)
        return Listener(group, simulated, bound, early)

    async def _listen_anew(self, listener: Listener) -> None:
        """Open a port that was refused, or close one; connections that are open stay so."""
        if listener.accepting is not None:
            listener.accepting.close()
            listener.accepting = None
        listener.socket.close()
        address = (self.options.host, listener.group.port)
        if listener.fault is FaultKind.REFUSE:
            # Bound without listening: nobody else can take the port, and clients are refused.
            listener.socket = socket.socket(socket.AF_INET)
            listener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.socket.bind(address)
            return
        listener.socket = socket.create_server(address, backlog=_BACKLOG, reuse_port=False)
        await self._listen(listener)

    async def _listen(self, listener: Listener) -> None:
        if listener.fault is FaultKind.REFUSE:
            await self._listen_anew(listener)
            return
        tls = listener.server.tls

        def start_session(channel: Channel) -> None:
            session = Session(listener.server, channel, listener.fault)
            task = asyncio.get_running_loop().create_task(session.run())
            self._sessions.add(task)
            task.add_done_callback(self._sessions.discard)

        listener.accepting = await asyncio.get_running_loop().create_server(
            lambda: Channel(tls.strict if tls else None, start_session), sock=listener.socket, backlog=_BACKLOG
        )


def faults_by_center(network: Network, faults: Sequence[Fault]) -> dict[str, FaultKind]:
    """The faults by center; raises ValueError for a center that the network does not have."""
    known = {center.center_id for center in network.centers}
    unknown = sorted({fault.center_id for fault in faults} - known)
    if unknown:
        raise ValueError(f"The network has no center {', '.join(unknown)}.")
    return {fault.center_id: fault.kind for fault in faults}


def _groups(network: Network, kinds: dict[str, FaultKind]) -> list[tuple[NetworkServer, tuple[NetworkCenter, ...]]]:
    """Which centers share a port: those of a server, but for centers whose fault needs a port of its own."""
    alone = {center_id for center_id, kind in kinds.items() if kind.needs_own_port}
    groups, extra = [], []
    for server in network.servers:
        centers = network.centers_of(server)
        together = tuple(center for center in centers if center.center_id not in alone)
        # A server that only this center has needs no second entry.
        if len(centers) == 1 or together:
            groups.append((server, centers if len(centers) == 1 else together))
        if len(centers) > 1:
            for center in centers:
                if center.center_id in alone:
                    name = f"{server.name}-{center.center_id.replace('_', '-')}"
                    extra.append((NetworkServer(name, server.region, server.login), (center,)))
    return groups + extra


def ensure_password(directory: Path, given: Path | None) -> str:
    """The extraction login's password: from ``given``, or one made at the first start and kept."""
    if given is not None:
        return given.read_text(encoding="utf-8").strip()
    kept = directory / "password"
    if not kept.is_file():
        write_private(kept, secrets.token_urlsafe(18).encode())
    return kept.read_text(encoding="utf-8").strip()


def raise_file_limit() -> None:
    """Allow many connections; each costs a socket, and each open database a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
