"""System checks of our own database on SQL Server: with `check --database default`, and before each migration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import checks
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_FACTS = (
    "SELECT name, is_read_committed_snapshot_on, collation_name, containment FROM sys.databases WHERE name = DB_NAME()"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """How the database is set up; `contained` ones compare the names of tables by a collation of their own."""

    name: str
    read_committed_snapshot: bool
    collation: str
    contained: bool


@checks.register(checks.Tags.database)
def sql_server_is_set_up(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """What to change before the first migration, or before people work."""
    if not databases or "default" not in databases or connections["default"].vendor != "microsoft":
        return []
    try:
        return problems(read_facts(connections["default"]))
    except Error as error:
        return [checks.Error(f"The database does not answer: {error}", id="dentalhub.E030")]


def read_facts(connection: BaseDatabaseWrapper) -> Facts:
    """Raises django.db.Error when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        name, snapshot, collation, containment = cursor.fetchone()
    return Facts(name, bool(snapshot), collation or "", bool(containment))


def problems(facts: Facts) -> list[checks.CheckMessage]:
    """What is wrong, each with the statement that puts it right. *Pure*.

    An error keeps `migrate` and so the web process from starting; what only makes things slow or vague is a warning.
    """
    found: list[checks.CheckMessage] = []
    quoted = "[" + facts.name.replace("]", "]]") + "]"
    if not facts.read_committed_snapshot:
        text = f"READ_COMMITTED_SNAPSHOT is off in {facts.name}: pages wait for runs, and runs for pages."
        hint = f"ALTER DATABASE {quoted} SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;"
        found.append(checks.Warning(text, hint=hint, id="dentalhub.W031"))
    parts = set(facts.collation.upper().split("_"))
    if parts & {"CS", "BIN", "BIN2"} and not facts.contained:
        text = f"{facts.name} has the collation {facts.collation}, under which mssql-django cannot read the catalog."
        hint = f"ALTER DATABASE {quoted} COLLATE Latin1_General_100_CI_AS; before the first migration."
        found.append(checks.Error(text, hint=hint, id="dentalhub.E032"))
    if "AI" in parts:
        text = f"{facts.name} has the collation {facts.collation}, which takes \u00c4 for A."
        hint = f"ALTER DATABASE {quoted} COLLATE {facts.collation.replace('_AI', '_AS')}; before the first migration."
        found.append(checks.Warning(text, hint=hint, id="dentalhub.W033"))
    return found
