"""What a SELECT looks like from outside (*pure*): its columns, what it assigns, what ORDER BY names."""

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.sql_types import nvarchar
from dentalhub.sandbox.tsql.dialect import name_of
from dentalhub.sandbox.tsql.scope import ScopeTable
from dentalhub.sandbox.tsql.terms import Term


@dataclass(frozen=True, slots=True)
class Select:
    """One compiled SELECT or set operation; ``ctes`` stand before it."""

    sql: str
    names: tuple[str, ...]
    terms: tuple[Term, ...]
    at_most_one: bool = False


def assigned(node: exp.Query) -> list[tuple[str, Any]]:
    """The variables that a SELECT assigns; raises SqlError 141 when it also returns columns."""
    if not isinstance(node, exp.Select):
        return []
    found = [
        (f"@{name_of(item.this.this)}".lower(), item.expression)
        for item in node.expressions
        if isinstance(item, exp.EQ) and isinstance(item.this, exp.Parameter)
    ]
    if found and len(found) != len(node.expressions):
        raise SqlError(
            141, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval.", 15
        )
    return found


def output_position(node: Any, names: tuple[str, ...]) -> int | None:
    """Which output column an ORDER BY item names by number or alias."""
    if isinstance(node, exp.Literal) and not node.args["is_string"]:
        position = int(str(node.this)) if str(node.this).isdigit() else 0
        if not 1 <= position <= len(names):
            raise SqlError(108, f"The ORDER BY position number {node.this} is out of range.")
        return position - 1
    if isinstance(node, exp.Column) and not node.table:
        lowered = [name.lower() for name in names]
        if lowered.count(node.name.lower()) > 1:
            raise SqlError(209, f"Ambiguous column name '{node.name}'.")
        if node.name.lower() in lowered:
            return lowered.index(node.name.lower())
    return None


def top_one(node: exp.Select) -> bool:
    """Whether TOP (1) stands there."""
    limit = node.args.get("limit")
    return isinstance(limit, exp.Limit) and isinstance(limit.expression, exp.Literal) and limit.expression.this == "1"


def derived(shown: str, alias: str, select: Select) -> ScopeTable:
    """A nested query as a table of FROM; raises SqlError 8155 or 8156 when its columns cannot be told apart."""
    columns: dict[str, tuple[str, Term]] = {}
    for i, (name, term) in enumerate(zip(select.names, select.terms, strict=True)):
        if not name:
            raise SqlError(8155, f"No column name was specified for column {i + 1} of '{shown}'.")
        if name.lower() in columns:
            raise SqlError(8156, f"The column '{name}' was specified multiple times for '{shown}'.")
        found = Term(f"{alias}.c{i}", term.type or nvarchar(1), is_plain=term.is_plain)
        columns[name.lower()] = (name, found)
    return ScopeTable(shown.lower(), columns)


def renamed(select: Select, node: exp.Subquery) -> Select:
    """A derived table with the column names that follow its alias; raises SqlError 8158."""
    names = tuple(column.name for column in node.args["alias"].args.get("columns") or ())
    if not names:
        return select
    if len(names) != len(select.names):
        raise SqlError(8158, f"'{node.alias}' has more columns than were specified in the column list.")
    return Select(select.sql, names, select.terms)


def quoted(name: str) -> str:
    """A name as SQLite quotes it."""
    return '"' + name.replace('"', '""') + '"'
