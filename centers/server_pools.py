"""The pools of this process, one for each server. Knows nothing of the driver."""

import atexit
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic

from centers.connection_pool import Connection, ConnectionPool
from centers.server_spec import ServerSpec

SWEEP_SECONDS = 20.0
# So many servers keep their resting sessions, a quarter of a megabyte each; of the others they are closed early.
MOST_WARM = 64


class ServerPools(Generic[Connection]):
    """Pools by server, made by `make` when first asked for. Thread-safe; a forked child begins with none."""

    def __init__(self, make: Callable[[ServerSpec], ConnectionPool[Connection]]) -> None:
        self._make = make
        self._pools: dict[ServerSpec, ConnectionPool[Connection]] = {}
        # The servers asked of late, the latest last.
        self._warm: OrderedDict[ServerSpec, None] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None
        # A forked child must neither use nor close its parent's sessions, so it only keeps them from being collected.
        self._inherited: list[object] = []
        os.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self.close_at_exit)

    def of(self, spec: ServerSpec) -> ConnectionPool[Connection]:
        """The server's pool."""
        with self._lock:
            if spec not in self._pools:
                self._pools[spec] = self._make(spec)
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="idle sessions", daemon=True)
                self._sweeper.start()
            self._warm[spec] = None
            self._warm.move_to_end(spec)
            cold = None
            if len(self._warm) > MOST_WARM:
                cold = self._pools[self._warm.popitem(last=False)[0]]
            pool = self._pools[spec]
        if cold is not None:
            cold.close_rested()
        return pool

    def close_all(self) -> None:
        """Close every session that nobody uses, and forget refused logins."""
        for pool in self._all():
            pool.close_idle()

    def close_at_exit(self) -> None:
        """The same, unless a thread is still inside the driver: closing could wait for the lock that it holds.

        The system closes what is left, and the practice's server notices.
        """
        if not any(pool.borrowed for pool in self._all()):
            self.close_all()

    def _all(self) -> list[ConnectionPool[Connection]]:
        with self._lock:
            return list(self._pools.values())

    def _sweep(self) -> None:
        """Close what rested too long, also on servers that nobody asks again; ends when nothing is open."""
        while True:
            time.sleep(SWEEP_SECONDS)
            pools = self._all()
            for pool in pools:
                pool.close_expired()
            with self._lock:
                if not any(pool.open for pool in self._pools.values()):
                    self._sweeper = None
                    return

    def _after_fork(self) -> None:
        self._inherited.append(self._pools)
        self._pools, self._lock, self._sweeper = {}, threading.Lock(), None
        self._warm = OrderedDict()
