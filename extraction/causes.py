"""Why a center did not deliver, in a few words, so that centers can be grouped by it. *Pure*."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.exceptions import SourceErrorKind


class Cause(StrEnum):
    """Causes on our side, beside the `SourceErrorKind` of the source's side."""

    PAUSED = "paused"
    NO_MAPPING = "no_mapping"
    INVALID_MAPPING = "invalid_mapping"
    ADAPTER = "unknown_adapter"
    STORAGE = "not_stored"
    INTERRUPTED = "interrupted"
    DEADLINE = "deadline"
    CANCELLED = "cancelled"
    MISSING = "missing"
    BREAKER = "breaker_open"
    HELD = "held"
    AGREEMENT = "no_agreement"
    RETENTION = "retention"
    SUPPRESSION_KEY = "suppression_key"
    UNUSUAL = "unusual"


_LABELS: dict[str, Promise] = {
    SourceErrorKind.NETWORK: _("network not allowed"),
    SourceErrorKind.DNS: _("host name unknown"),
    SourceErrorKind.REFUSED: _("connection refused"),
    SourceErrorKind.UNREACHABLE: _("server unreachable"),
    SourceErrorKind.TLS: _("no trusted encryption"),
    SourceErrorKind.TRUST: _("trust not approved"),
    SourceErrorKind.LOGIN: _("login failed"),
    SourceErrorKind.LOGIN_TIMEOUT: _("no login in time"),
    SourceErrorKind.CREDENTIAL: _("password not found"),
    SourceErrorKind.SECRET_STORE: _("secret store unreachable"),
    SourceErrorKind.DATABASE: _("database missing"),
    SourceErrorKind.TABLE: _("table missing"),
    SourceErrorKind.COLUMN: _("column missing"),
    SourceErrorKind.SCHEMA: _("schema changed"),
    SourceErrorKind.PERMISSION: _("no right to read"),
    SourceErrorKind.DEADLOCK: _("deadlock"),
    SourceErrorKind.LOCK_TIMEOUT: _("locked for too long"),
    SourceErrorKind.CONFLICT: _("rows changed while read"),
    SourceErrorKind.TIMEOUT: _("no answer in time"),
    SourceErrorKind.HUNG: _("hung"),
    SourceErrorKind.CONNECTION_LOST: _("connection lost"),
    SourceErrorKind.INCOMPLETE: _("answer incomplete"),
    SourceErrorKind.DRIVER: _("driver missing"),
    SourceErrorKind.POOLING: _("ODBC pooling on"),
    SourceErrorKind.PROTOCOL: _("not a SQL Server"),
    SourceErrorKind.OTHER: _("other error"),
    "busy": _("server busy"),
    Cause.PAUSED: _("center paused"),
    Cause.NO_MAPPING: _("no approved mapping"),
    Cause.INVALID_MAPPING: _("mapping unusable"),
    Cause.ADAPTER: _("software unknown"),
    Cause.STORAGE: _("result not stored"),
    Cause.INTERRUPTED: _("worker ended unexpectedly"),
    Cause.DEADLINE: _("run took too long"),
    Cause.CANCELLED: _("cancelled"),
    Cause.MISSING: _("not extracted yet"),
    Cause.BREAKER: _("left alone for now"),
    Cause.HELD: _("held for a decision"),
    Cause.AGREEMENT: _("no valid processing agreement"),
    Cause.RETENTION: _("older than what is kept"),
    Cause.SUPPRESSION_KEY: _("key of erased patients missing"),
    Cause.UNUSUAL: _("fewer entries than usual"),
}


def cause_label(cause: str) -> str:
    """The cause in a few words; an unknown one as it is."""
    return str(_LABELS.get(cause, cause))
