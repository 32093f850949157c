"""Which center misbehaves how, while the sandbox runs."""

from dataclasses import dataclass, field

from dentalhub.sandbox.options import FaultKind


@dataclass(slots=True)
class FaultBook:
    """The faults of one server's databases, by database name in lower case; they may change at any time."""

    by_database: dict[str, FaultKind] = field(default_factory=dict)
    _struck: set[str] = field(default_factory=set)

    def of(self, database: str | None) -> FaultKind | None:
        """The fault of a database, None when it works."""
        if not self.by_database or database is None:
            return None
        return self.by_database.get(database.lower())

    def set(self, database: str, kind: FaultKind | None) -> None:
        """Make a database misbehave, or mend it."""
        self.by_database.pop(database.lower(), None)
        self._struck.discard(database.lower())
        if kind is not None:
            self.by_database[database.lower()] = kind

    def strikes_once(self, database: str) -> bool:
        """True for the first time that it is asked since the fault was set."""
        is_first = database.lower() not in self._struck
        self._struck.add(database.lower())
        return is_first

    def hides_database(self, database: str) -> bool:
        """Whether clients are told that there is no such database."""
        return self.of(database) is FaultKind.MISSING_DATABASE

    def hides_tables(self, database: str) -> bool:
        """Whether clients are told that its practice tables do not exist."""
        return self.of(database) is FaultKind.MISSING_TABLE

    def hides_columns(self, database: str) -> bool:
        """Whether clients are told that the columns of its practice tables do not exist."""
        return self.of(database) is FaultKind.MISSING_COLUMN
