"""What a practice network looks like and how it is served (*pure*)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

MAX_LATENCY_MS = 60_000


class FaultKind(Enum):
    """How a center misbehaves. The value is the word used on the command line."""

    REFUSE = "refuse"  # its port is closed
    SILENT_ACCEPT = "silent_accept"  # accepts the connection, never answers PRELOGIN
    SILENT_LOGIN = "silent_login"  # answers PRELOGIN, then is silent inside the TLS handshake
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 # every login fails with 18456
    HANG = "hang"  # a query never answers and ignores attention
    SLOW = "slow"  # a query answers after some seconds
    CUT = "cut"  # the connection is reset in the middle of the first rows
    DEADLOCK = "deadlock"  # each query on practice tables fails with 1205
    LOCK_TIMEOUT = "lock_timeout"  # each query on practice tables fails with 1222, without the wait
    MISSING_DATABASE = "missing_database"  # the database is unknown (911, at login 4060)
    MISSING_TABLE = "missing_table"  # every practice table is unknown (208)

    @property
    def needs_own_port(self) -> bool:
        """Whether it acts before the login names a database, so that only a port can tell the center."""
        return self in {
            FaultKind.REFUSE,
            FaultKind.SILENT_ACCEPT,
            FaultKind.SILENT_LOGIN,
            FaultKind.WRONG_PASSWORD,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """One center's fault."""

    center_id: str
    kind: FaultKind

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read ``center_07=hang``; raises ValueError with a sentence that names the known kinds."""
        center_id, separator, word = text.partition("=")
        if not separator or not center_id.strip():
            raise ValueError(f"A fault is written CENTER=KIND, not {text!r}.")
        try:
            kind = FaultKind(word.strip())
        except ValueError:
            known = ", ".join(kind.value for kind in FaultKind)
            raise ValueError(f"Unknown fault {word.strip()!r}. Known faults: {known}.") from None
        return cls(center_id.strip(), kind)


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """What the generator makes. ``rows_per_day`` is the mean of entries per center and business day."""

    until: date
    centers: int = 30
    servers: int = 3
    seed: int = 7
    rows_per_day: int = 8
    days: int = 5
    one_server_per_center: bool = False

    def __post_init__(self) -> None:
        for name in ("centers", "servers", "rows_per_day", "days"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1.")
        if self.servers > self.centers:
            raise ValueError("There cannot be more servers than centers.")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the network is served. Server *i* listens on ``port + i``; port 0 takes any free port each."""

    host: str = "127.0.0.1"
    port: int = 0
    login_latency_ms: int = 0
    query_latency_ms: int = 0
    slow_seconds: float = 3.0
    faults: tuple[Fault, ...] = ()
    encryption: str = "on"  # "on" answers like a real server, "off" offers no TLS at all
    statement_log: bool = False  # log each statement's text; parameter values are never logged

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise ValueError("port must be between 0 and 65535.")
        for name in ("login_latency_ms", "query_latency_ms"):
            if not 0 <= getattr(self, name) <= MAX_LATENCY_MS:
                raise ValueError(f"{name} must be between 0 and {MAX_LATENCY_MS}.")
        if self.encryption not in {"on", "off"}:
            raise ValueError("encryption must be 'on' or 'off'.")
        if len({fault.center_id for fault in self.faults}) != len(self.faults):
            raise ValueError("A center can have one fault only.")
