"""What can go wrong with a center or its source. *Pure*."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class CentersError(Exception):
    """Base of this app's errors; its text is fit for the screen."""


class TrustError(CentersError):
    """A server cannot be trusted, pinned or verified in this way."""


class CredentialError(CentersError):
    """A credential reference cannot be resolved."""


class SecretStoreError(CredentialError):
    """Vault or AWS Secrets Manager does not answer, which says nothing about the reference; it may by the next try."""


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One thing that is wrong with a file; line and column count from 1."""

    line: int
    column: int
    message: str


class ImportFileError(CentersError):
    """A centers file is unusable; `problems` are all that were found, in the order of the file."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{problem.line}:{problem.column}: {problem.message}" for problem in self.problems))


class SourceErrorKind(StrEnum):
    """Why a source could not be read; decides what a person is told and whether it is tried again."""

    NETWORK = "network_refused"
    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TRUST = "trust_missing"
    LOGIN = "login_failed"
    LOGIN_TIMEOUT = "login_timeout"
    CREDENTIAL = "credential"
    SECRET_STORE = "secret_store"  # noqa: S105 # a kind, no secret
    DATABASE = "database_missing"
    TABLE = "table_missing"
    COLUMN = "column_missing"
    SCHEMA = "schema_changed"
    PERMISSION = "permission_denied"
    DEADLOCK = "deadlock"
    LOCK_TIMEOUT = "lock_timeout"
    CONFLICT = "conflict"
    BUSY = "busy"
    TIMEOUT = "timeout"
    HUNG = "hung"
    CONNECTION_LOST = "connection_lost"
    INCOMPLETE = "incomplete"
    DRIVER = "driver_missing"
    POOLING = "odbc_pooling"
    PROTOCOL = "protocol"
    OTHER = "other"


class SourceError(CentersError):
    """A source could not be read.

    `message` says what happened and what to do next, without any value from the source or a secret; `number` is SQL
    Server's native error number where there is one; `transient` says whether trying again can help.
    """

    def __init__(
        self, kind: SourceErrorKind, message: str, *, number: int | None = None, transient: bool = False
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.number = number
        self.transient = transient
