"""What a practice network looks like and how it is served (*pure*)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

MAX_LATENCY_MS = 60_000


class FaultKind(Enum):
    """How a center misbehaves. The value is the word used on the command line.

    The first group acts before a client names a database or on all it asks for, and so needs a port of its own. All
    others act on statements that read practice tables. Those named ``..._once`` act on one statement only, after which
    the center works until the fault is set anew.
    """

    REFUSE = "refuse"  # its port is closed
    RESET_ACCEPT = "reset_accept"  # accepts the connection and resets it
    SILENT_ACCEPT = "silent_accept"  # accepts the connection, never answers PRELOGIN
    GARBAGE_ACCEPT = "garbage_accept"  # answers PRELOGIN with random bytes
    SILENT_LOGIN = "silent_login"  # answers PRELOGIN, then is silent inside the TLS handshake
    TLS_REFUSED = "tls_refused"  # says that it has no encryption
    UNTRUSTED = "untrusted"  # has a certificate of an authority that nobody trusts
    RESET_LOGIN = "reset_login"  # resets the connection instead of answering the login
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 # every login fails with 18456
    RESET_SESSION = "reset_session"  # lets clients log in and resets the connection right after
    SILENT_SESSION = "silent_session"  # lets clients log in and never says anything again

    HANG = "hang"  # a query never answers and ignores attention
    SLOW = "slow"  # a query answers after some seconds
    DRIP = "drip"  # a query answers byte after byte, ten in a second
    CUT_BEFORE = "cut_before"  # the connection is reset instead of an answer
    CUT = "cut"  # the connection is reset in the middle of the first rows
    CUT_AFTER = "cut_after"  # the connection is reset after all rows, before the batch ends
    HALF_ROW = "half_row"  # half a row, then silence
    KILLED = "killed"  # the session is killed (596) and the connection reset
    ERROR_IN_ROWS = "error_in_rows"  # some rows, then error 601
    ERROR_IN_BATCH = "error_in_batch"  # the first result arrives, then error 245
    GARBAGE = "garbage"  # random bytes in a packet, instead of an answer
    GARBAGE_HEADER = "garbage_header"  # random bytes that are no packet
    WRONG_LENGTH = "wrong_length"  # a packet that says to be shorter than it is
    MISSING_RESULT = "missing_result"  # results after the first are left out, as if nobody had asked
    MISSING_MARKER = "missing_marker"  # the last result, which reads no table, is left out
    WRONG_COUNT = "wrong_count"  # one row more is counted than arrives
    DEADLOCK = "deadlock"  # each query fails with 1205
    LOCK_TIMEOUT = "lock_timeout"  # each query fails with 1222, without the wait
    BUSY = "busy"  # each query fails with 40501
    PERMISSION_DENIED = "permission_denied"  # each query fails with 229
    MISSING_DATABASE = "missing_database"  # the database is unknown (911, at login 4060)
    MISSING_TABLE = "missing_table"  # every practice table is unknown (208)
    MISSING_COLUMN = "missing_column"  # every column of the practice tables is unknown (207)
    DEADLOCK_ONCE = "deadlock_once"  # 1205 once
    BUSY_ONCE = "busy_once"  # 10928 once
    CUT_ONCE = "cut_once"  # the connection is reset instead of an answer, once

    @property
    def needs_own_port(self) -> bool:
        """Whether it acts where no database is named, so that only a port can tell the center."""
        return self in _EARLY


_EARLY = frozenset(
    {
        FaultKind.REFUSE,
        FaultKind.RESET_ACCEPT,
        FaultKind.SILENT_ACCEPT,
        FaultKind.GARBAGE_ACCEPT,
        FaultKind.SILENT_LOGIN,
        FaultKind.TLS_REFUSED,
        FaultKind.UNTRUSTED,
        FaultKind.RESET_LOGIN,
        FaultKind.WRONG_PASSWORD,
        FaultKind.RESET_SESSION,
        FaultKind.SILENT_SESSION,
    }
)


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
