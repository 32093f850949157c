"""In which class each of the sandbox's faults has to end (*pure*)."""

from centers.exceptions import SourceErrorKind as Kind
from dentalhub.sandbox.options import FaultKind

# Where two are named, the driver decides by chance or by the bytes which of them it sees.
EXPECTED: dict[FaultKind, set[Kind]] = {
    FaultKind.REFUSE: {Kind.REFUSED},
    FaultKind.RESET_ACCEPT: {Kind.REFUSED, Kind.UNREACHABLE, Kind.CONNECTION_LOST},
    FaultKind.SILENT_ACCEPT: {Kind.LOGIN_TIMEOUT, Kind.HUNG},
    FaultKind.GARBAGE_ACCEPT: {Kind.PROTOCOL},
    FaultKind.SILENT_LOGIN: {Kind.HUNG},
    FaultKind.TLS_REFUSED: {Kind.TLS},
    FaultKind.UNTRUSTED: {Kind.TLS},
    FaultKind.RESET_LOGIN: {Kind.CONNECTION_LOST},
    FaultKind.WRONG_PASSWORD: {Kind.LOGIN},
    FaultKind.RESET_SESSION: {Kind.CONNECTION_LOST},
    # pyodbc asks for type names before a query timeout can be set.
    FaultKind.SILENT_SESSION: {Kind.HUNG, Kind.TIMEOUT, Kind.LOGIN_TIMEOUT},
    FaultKind.HANG: {Kind.TIMEOUT, Kind.HUNG, Kind.CONNECTION_LOST},
    FaultKind.DRIP: {Kind.TIMEOUT, Kind.HUNG, Kind.CONNECTION_LOST},
    FaultKind.CUT_BEFORE: {Kind.CONNECTION_LOST},
    FaultKind.CUT: {Kind.CONNECTION_LOST},
    FaultKind.CUT_AFTER: {Kind.CONNECTION_LOST},
    FaultKind.HALF_ROW: {Kind.HUNG, Kind.TIMEOUT},
    FaultKind.KILLED: {Kind.CONNECTION_LOST},
    FaultKind.ERROR_IN_ROWS: {Kind.CONFLICT},
    FaultKind.ERROR_IN_BATCH: {Kind.OTHER},
    # Random bytes may also look like an error or like the end of a statement without rows.
    FaultKind.GARBAGE: {Kind.PROTOCOL, Kind.INCOMPLETE, Kind.CONNECTION_LOST, Kind.OTHER},
    FaultKind.GARBAGE_HEADER: {Kind.PROTOCOL, Kind.CONNECTION_LOST},
    FaultKind.WRONG_LENGTH: {Kind.PROTOCOL, Kind.INCOMPLETE, Kind.CONNECTION_LOST, Kind.OTHER},
    FaultKind.MISSING_RESULT: {Kind.INCOMPLETE},
    FaultKind.MISSING_MARKER: {Kind.INCOMPLETE},
    FaultKind.WRONG_COUNT: {Kind.INCOMPLETE},
    FaultKind.DEADLOCK: {Kind.DEADLOCK},
    FaultKind.LOCK_TIMEOUT: {Kind.LOCK_TIMEOUT},
    FaultKind.BUSY: {Kind.BUSY},
    FaultKind.PERMISSION_DENIED: {Kind.PERMISSION},
    FaultKind.MISSING_DATABASE: {Kind.DATABASE},
    FaultKind.MISSING_TABLE: {Kind.SCHEMA},
    FaultKind.MISSING_COLUMN: {Kind.SCHEMA},
}
# A slow server is no failure, and what fails once is read at the second attempt.
DELIVERS = frozenset({FaultKind.SLOW, FaultKind.DEADLOCK_ONCE, FaultKind.BUSY_ONCE, FaultKind.CUT_ONCE})
