"""The FROM clause of T-SQL in SQLite's words (*pure*): tables, system views, derived tables, CTEs, joins."""

from typing import Any, Protocol

from sqlglot import exp

from dentalhub.sandbox.errors import not_supported, syntax_error
from dentalhub.sandbox.tsql.catalog import Catalog, SourceTable
from dentalhub.sandbox.tsql.dialect import name_of, require_only
from dentalhub.sandbox.tsql.expressions import Expressions
from dentalhub.sandbox.tsql.scope import Scope, ScopeTable
from dentalhub.sandbox.tsql.select_shape import Select, derived, quoted, renamed
from dentalhub.sandbox.tsql.terms import Term


class Compiler(Protocol):
    """What FROM needs of the query around it."""

    catalog: Catalog
    expressions: Expressions
    ctes: dict[str, tuple[str, Select]]

    def select(self, node: exp.Query, outer: Scope | None, *, is_outermost: bool) -> Select:
        """Compile a nested SELECT."""
        ...

    def note(self, table: SourceTable) -> None:
        """Take down that a table is read."""
        ...


class Sources:
    """Translates FROM clauses inside one statement; each table gets a name of its own."""

    def __init__(self, queries: Compiler) -> None:
        self._queries = queries
        self._next_table = 0

    def from_clause(self, node: exp.Select, scope: Scope) -> str:
        """The FROM clause; its tables are added to ``scope``."""
        if not node.args.get("from_"):
            return ""
        require_only(node.args["from_"], "this")
        sql = f" FROM {self._source(node.args['from_'].this, scope)}"
        for join in node.args.get("joins") or ():
            sql += self._join(join, scope)
        return sql

    def _join(self, join: exp.Join, scope: Scope) -> str:
        require_only(join, "this", "side", "kind", "on")
        side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
        if side not in {"", "LEFT", "RIGHT", "FULL"} or kind not in {"", "INNER", "OUTER", "CROSS"}:
            raise not_supported(f"{side} {kind} JOIN".strip())
        source = self._source(join.this, scope)
        condition = join.args.get("on")
        if condition is None:
            if side:
                raise syntax_error("JOIN")
            return f" CROSS JOIN {source}"
        return f" {side or 'INNER'} JOIN {source} ON {self._queries.expressions.predicates.predicate(condition, scope)}"

    def _source(self, node: Any, scope: Scope) -> str:
        alias = f"t{self._next_table}"
        self._next_table += 1
        if isinstance(node, exp.Subquery):
            require_only(node, "this", "alias")
            if not node.alias:
                raise syntax_error(")")
            inner = self._queries.select(node.this, scope.parent, is_outermost=False)
            scope.add(derived(node.alias, alias, renamed(inner, node)))
            return f"({inner.sql}) AS {alias}"
        if not isinstance(node, exp.Table):
            raise not_supported("this FROM clause")
        require_only(node, "this", "db", "catalog", "alias", "hints")
        for hint in node.args.get("hints") or ():
            if not isinstance(hint, exp.WithTableHint):
                raise not_supported("this table hint")
        if not isinstance(node.this, exp.Identifier):
            raise not_supported("a function in FROM")
        shown = node.alias or node.name
        cte = self._queries.ctes.get(node.name.lower()) if not node.args.get("db") else None
        if cte is not None:
            scope.add(derived(shown, alias, cte[1]))
            return f"{cte[0]} AS {alias}"
        table = self._queries.catalog.table(name_of(node.args.get("catalog")), name_of(node.args.get("db")), node.name)
        self._queries.note(table)
        columns = {
            column.name.lower(): (column.name, Term(f"{alias}.{quoted(column.name)}", column.type))
            for column in table.columns
        }
        scope.add(ScopeTable(shown.lower(), columns, lambda column: self._queries.catalog.is_plain(table, column)))
        return f"{table.source} AS {alias}"
