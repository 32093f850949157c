"""Which columns a name can mean (*pure*)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError, invalid_column
from dentalhub.sandbox.sql_types import Family
from dentalhub.sandbox.tsql.terms import Term


@dataclass(frozen=True, slots=True)
class ScopeTable:
    """One table, derived table or CTE of FROM; ``columns`` maps the name in lower case to (name, term).

    ``is_plain`` tells whether a text column by its name is plain; asked only for columns that a query names, since
    the answer may need a look at the data. Without it the terms already know.
    """

    alias: str
    columns: dict[str, tuple[str, Term]]
    is_plain: Callable[[str], bool] | None = None

    def term(self, key: str) -> Term:
        """The column by its name in lower case."""
        name, term = self.columns[key]
        if self.is_plain is None or term.family is not Family.TEXT:
            return term
        return replace(term, is_plain=self.is_plain(name))


@dataclass(slots=True)
class Scope:
    """The FROM of one SELECT.

    In a grouped SELECT only ``group_columns`` and whole ``group_expressions`` may stand outside an aggregate.
    """

    parent: "Scope | None" = None
    tables: list[ScopeTable] = field(default_factory=list)
    is_grouped: bool = False
    group_columns: frozenset[str] = frozenset()
    group_expressions: frozenset[exp.Expression] = frozenset()
    in_aggregate: bool = False

    def add(self, table: ScopeTable) -> None:
        """Take a table in; raises SqlError 1011 or 1013 when its alias is taken."""
        if any(other.alias == table.alias for other in self.tables):
            raise SqlError(1011, f"The correlation name '{table.alias}' is specified multiple times in a FROM clause.")
        self.tables.append(table)

    def column(self, qualifier: str, name: str) -> Term:
        """Resolve ``qualifier.name`` here, then outwards; raises SqlError 207, 209, 4104 or 8120."""
        scope: Scope | None = self
        while scope is not None:
            found = scope._find(qualifier.lower(), name.lower())
            if found is not None:
                scope._check_grouping(qualifier, name, found)
                return found
            scope = scope.parent
        if qualifier and not self._knows(qualifier.lower()):
            raise SqlError(4104, f'The multi-part identifier "{qualifier}.{name}" could not be bound.')
        raise invalid_column(name)

    def _find(self, qualifier: str, name: str) -> Term | None:
        tables = [table for table in self.tables if not qualifier or table.alias == qualifier]
        matches = [table.term(name) for table in tables if name in table.columns]
        if len(matches) > 1:
            raise SqlError(209, f"Ambiguous column name '{name}'.")
        if matches:
            return matches[0]
        if qualifier and tables:
            raise invalid_column(name)
        return None

    def _knows(self, qualifier: str) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if any(table.alias == qualifier for table in scope.tables):
                return True
            scope = scope.parent
        return False

    def _check_grouping(self, qualifier: str, name: str, term: Term) -> None:
        if not self.is_grouped or self.in_aggregate or term.sql in self.group_columns:
            return
        shown = f"{qualifier}.{name}" if qualifier else name
        raise SqlError(
            8120,
            f"Column '{shown}' is invalid in the select list because it is not contained in either "
            "an aggregate function or the GROUP BY clause.",
        )
