"""When a circuit breaker opens and for how long; what a result says about a server and about a center. *Pure*."""

import datetime as dt
import hashlib
from dataclasses import astuple, dataclass, replace
from enum import Enum, auto

from centers.exceptions import SourceErrorKind
from centers.server_spec import ServerSpec
from centers.source_errors import breaker_scope, opens_at_once
from extraction.enums import BreakerScope

Kind = SourceErrorKind

# So many failures without a success in between open a breaker, unless the first one does.
FAILURES_IN_A_ROW = 3
FIRST_WAIT = dt.timedelta(minutes=5)
LONGEST_WAIT = dt.timedelta(hours=6)
# Where each try counts towards locking the practice's account.
FIRST_WAIT_AFTER_REFUSAL = dt.timedelta(minutes=30)
LONGEST_WAIT_AFTER_REFUSAL = dt.timedelta(hours=24)
# Waits are shortened by up to this share, so that what opened together is not tried together.
JITTER = 0.2

# The server answered a login; what failed then is the practice's database or the reader's mapping.
_LOGGED_IN = frozenset(
    {
        *(Kind.DATABASE, Kind.TABLE, Kind.COLUMN, Kind.SCHEMA, Kind.PERMISSION),
        *(Kind.DEADLOCK, Kind.LOCK_TIMEOUT, Kind.CONFLICT, Kind.INCOMPLETE),
    }
)
# It may have been the login that got no answer, or the query.
_NO_ANSWER = frozenset({Kind.TIMEOUT, Kind.HUNG, Kind.CONNECTION_LOST})
# The practice's database answered; its mapping waits for a reviewer.
_ANSWERED = frozenset({Kind.TABLE, Kind.COLUMN, Kind.SCHEMA})
_KINDS = {kind.value: kind for kind in Kind}


class Verdict(Enum):
    """What one result says about a server or a center."""

    GOOD = auto()
    BAD = auto()
    # Bad only where nothing else has come from the server.
    SILENT = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a breaker guards: a server, or a center with its database; `pk` is the row's primary key."""

    scope: BreakerScope
    pk: int
    spec: ServerSpec
    database: str = ""

    @property
    def key(self) -> str:
        """The breaker's own key."""
        return f"{self.scope.value}:{self.pk}"

    @property
    def fingerprint(self) -> str:
        """64 hex digits that change when a setting of the server or the database's name does; holds no secret."""
        # Each process has a share of the connections of its own; a new key makes no new password.
        parts = (*astuple(replace(self.spec, max_connections=0, sealed="")), self.database)
        return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()


def verdict_on_server(cause: str | None) -> Verdict:
    """What a result with this cause (None: it delivered) says about the server."""
    kind = _kind(cause)
    if cause is None or kind in _LOGGED_IN:
        return Verdict.GOOD
    if kind is not None and breaker_scope(kind) == "server":
        return Verdict.BAD
    return Verdict.SILENT if kind in _NO_ANSWER else Verdict.NOTHING


def verdict_on_center(cause: str | None) -> Verdict:
    """What a result with this cause (None: it delivered) says about the center."""
    kind = _kind(cause)
    if cause is None or kind in _ANSWERED:
        return Verdict.GOOD
    return Verdict.BAD if kind is not None and breaker_scope(kind) == "center" else Verdict.NOTHING


def opens(cause: str, failures: int) -> bool:
    """True when the breaker opens after `failures` in a row, the last one with `cause`."""
    return failures >= FAILURES_IN_A_ROW or _is_refusal(cause)


def wait(cause: str, openings: int, chance: float) -> dt.timedelta:
    """How long a breaker stays open that opened `openings` times in a row; `chance` (0 to 1) shortens it a little."""
    first, longest = FIRST_WAIT, LONGEST_WAIT
    if _is_refusal(cause):
        first, longest = FIRST_WAIT_AFTER_REFUSAL, LONGEST_WAIT_AFTER_REFUSAL
    # Beyond some twenty doublings every wait is the longest one, and a timedelta would overflow.
    doubled: dt.timedelta = first * 2 ** min(max(openings, 1) - 1, 20)
    return min(doubled, longest) * (1 - JITTER * chance)


def _kind(cause: str | None) -> Kind | None:
    return _KINDS.get(cause) if cause else None


def _is_refusal(cause: str) -> bool:
    kind = _kind(cause)
    return kind is not None and opens_at_once(kind)
