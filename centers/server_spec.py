"""The frozen description of a database server. *Pure*."""

import datetime as dt
from dataclasses import dataclass, field

DEFAULT_DRIVER = "ODBC Driver 18 for SQL Server"


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """Everything that a connection needs; two centers with equal specs share connections."""

    host: str
    port: int
    user: str
    credential: str
    driver: str = DEFAULT_DRIVER
    encrypt: str = "yes"
    tls: str = "verified"
    # PEM text, for `pinned`.
    certificate: str = field(default="", repr=False)
    # Until when two persons allow that nobody verifies who answers.
    trusted_until: dt.datetime | None = None
    host_name_in_certificate: str = ""
    isolation: str = "READ UNCOMMITTED"
    # Says at the login that nothing will be written; a secondary replica may take nobody else.
    read_only_intent: bool = True
    login_timeout: int = 10
    query_timeout: int = 30
    lock_timeout_ms: int = 5000
    max_connections: int = 20
    # The password where it is a stored one, as `centers.sealing` wrote it: another key makes no other server.
    sealed: str = field(default="", repr=False, compare=False)

    @property
    def needs_trust(self) -> bool:
        """True when nothing shows who answers: any certificate will do, or only the login is encrypted."""
        return self.tls == "trusted" or self.encrypt == "no"

    def is_trusted(self, now: dt.datetime) -> bool:
        """True when it needs no trust, or has it at this moment."""
        return not self.needs_trust or (self.trusted_until is not None and now < self.trusted_until)
