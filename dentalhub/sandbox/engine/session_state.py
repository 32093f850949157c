"""What one connection remembers between its requests."""

from dataclasses import dataclass, field
from typing import Any

from dentalhub.sandbox.engine.databases import SessionCatalog
from dentalhub.sandbox.engine.server import VERSION_TEXT, SimulatedServer


@dataclass(slots=True)
class SessionState:
    """Login, current database, options and prepared statements of a connection."""

    server: SimulatedServer
    user: str
    login_database: str
    database: str
    process_id: int
    nocount: bool = False
    open_transactions: int = 0
    row_count: int = 0
    prepared: dict[int, tuple[str, str]] = field(default_factory=dict)
    _next_handle: int = 0

    @property
    def catalog(self) -> SessionCatalog:
        """The server's databases as seen from the current one."""
        return SessionCatalog(self.server.databases, self.database)

    def prepare(self, text: str, declarations: str) -> int:
        """Keep a statement; returns its handle."""
        self._next_handle += 1
        self.prepared[self._next_handle] = (text, declarations)
        return self._next_handle

    def reset(self) -> None:
        """As sp_reset_connection does; prepared statements end with the pool's former user."""
        self.database = self.login_database
        self.nocount = False
        self.open_transactions = 0
        self.row_count = 0
        self.prepared.clear()

    def server_variable(self, name: str) -> Any:
        """The value of ``@@name``."""
        match name:
            case "@@rowcount":
                return self.row_count
            case "@@trancount":
                return self.open_transactions
            case "@@spid":
                return self.process_id
            case "@@version":
                return VERSION_TEXT
            case "@@servername":
                return self.server.name
            case "@@language":
                return "us_english"
            case "@@database":
                return self.database
            case "@@user":
                return self.user
            case _:
                return 0
