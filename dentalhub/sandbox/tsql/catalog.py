"""What the translator must know of databases (*pure*)."""

from dataclasses import dataclass
from typing import Protocol

from dentalhub.sandbox.sql_types import SqlType


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a table or system view."""

    name: str
    type: SqlType


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table or system view; ``source`` is what stands in SQLite's FROM."""

    database: str
    schema: str
    name: str
    source: str
    columns: tuple[SourceColumn, ...]
    is_system: bool = False


class Catalog(Protocol):
    """The databases of one server, seen from a session whose current database is ``current``."""

    @property
    def current(self) -> str:
        """The session's database."""
        ...

    def table(self, database: str, schema: str, name: str) -> SourceTable:
        """Find a table by names as written, '' where none was; raises SqlError 911 or 208."""
        ...

    def is_plain(self, table: SourceTable, column: str) -> bool:
        """Whether a text column is ASCII without trailing blanks in every row."""
        ...


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of a result; an expression without alias has the name ''."""

    name: str
    type: SqlType


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A SELECT ready for SQLite.

    ``variables`` are the lower-case names whose values bind to ?1, ?2 ... ``assigns`` names the variables that an
    assigning SELECT sets, in column order. ``database`` is None when no table is read.
    """

    sql: str
    columns: tuple[ResultColumn, ...]
    variables: tuple[str, ...]
    database: str | None
    reads_practice_tables: bool
    assigns: tuple[str, ...] = ()
