"""Conditions of T-SQL in SQLite's words (*pure*). T-SQL has no boolean values: a condition is no scalar."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError, not_supported, syntax_error
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tsql.dialect import require_only, shown
from dentalhub.sandbox.tsql.scope import Scope
from dentalhub.sandbox.tsql.terms import Term, as_text, comparable

_COMPARISONS: Final[dict[type, str]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


class Queries(Protocol):
    """What an expression needs of the SELECT around it."""

    variables: dict[str, SqlType]
    used_variables: list[str]

    def subquery(self, node: exp.Expression, outer: Scope) -> tuple[str, list[Term], bool]:
        """Compile a nested SELECT: its SQL with columns c0, c1 ..., their terms, whether it gives one row at most."""
        ...


class Scalars(Protocol):
    """What a condition needs of the expressions."""

    queries: Queries

    def scalar(self, node: Any, scope: Scope) -> Term:
        """One scalar expression."""
        ...


class Predicates:
    """Translates conditions inside one query; what it does not know raises SqlError 4145 or 102."""

    def __init__(self, scalars: Scalars) -> None:
        self._scalars = scalars

    def predicate(self, node: Any, scope: Scope) -> str:
        """One condition; T-SQL has no boolean values, so scalars are refused."""
        if type(node) in _COMPARISONS:
            left, right = comparable(
                self._scalars.scalar(node.this, scope), self._scalars.scalar(node.expression, scope)
            )
            return f"({left} {_COMPARISONS[type(node)]} {right})"
        translate = self._PREDICATES.get(type(node))
        if translate is None:
            near = shown(node)
            raise SqlError(4145, f"An expression of non-boolean type specified near '{near}'.", severity=15)
        return translate(self, node, scope)

    def _and(self, node: exp.And, scope: Scope) -> str:
        return f"({self.predicate(node.this, scope)} AND {self.predicate(node.expression, scope)})"

    def _or(self, node: exp.Or, scope: Scope) -> str:
        return f"({self.predicate(node.this, scope)} OR {self.predicate(node.expression, scope)})"

    def _not(self, node: exp.Not, scope: Scope) -> str:
        return f"(NOT {self.predicate(node.this, scope)})"

    def _grouped(self, node: exp.Paren, scope: Scope) -> str:
        return self.predicate(node.this, scope)

    def _is(self, node: exp.Is, scope: Scope) -> str:
        if not isinstance(node.expression, exp.Null):
            raise not_supported("IS with a value")
        word = "IS NOT" if node.args.get("negate") else "IS"
        return f"({self._scalars.scalar(node.this, scope).sql} {word} NULL)"

    def _between(self, node: exp.Between, scope: Scope) -> str:
        require_only(node, "this", "low", "high", "negate")
        value = self._scalars.scalar(node.this, scope)
        low, low_bound = comparable(value, self._scalars.scalar(node.args["low"], scope))
        high, high_bound = comparable(value, self._scalars.scalar(node.args["high"], scope))
        return _negate(node, f"({low} >= {low_bound} AND {high} <= {high_bound})")

    def _in(self, node: exp.In, scope: Scope) -> str:
        require_only(node, "this", "expressions", "query", "negate")
        value = self._scalars.scalar(node.this, scope)
        if node.args.get("query") is None:
            pairs = [comparable(value, self._scalars.scalar(one, scope)) for one in node.expressions]
            return _negate(node, "(" + " OR ".join(f"{left} = {right}" for left, right in pairs) + ")")
        sql, terms, _one = self._scalars.queries.subquery(node.args["query"], scope)
        if len(terms) != 1:
            raise SqlError(116, "Only one expression can be specified in the select list of a subquery.")
        inner = Term("c0", terms[0].type, terms[0].is_plain)
        left, right = comparable(value, inner)
        source = sql if right == "c0" else f"SELECT {right} FROM ({sql})"
        return _negate(node, f"({left} IN ({source}))")

    def _exists(self, node: exp.Exists, scope: Scope) -> str:
        return f"EXISTS ({self._scalars.queries.subquery(node.this, scope)[0]})"

    def _like(self, node: exp.Like, scope: Scope, escape: str = "NULL") -> str:
        require_only(node, "this", "expression", "negate")
        value = as_text(self._scalars.scalar(node.this, scope))
        pattern = as_text(self._scalars.scalar(node.expression, scope))
        is_unicode = any(one.type is not None and one.type.is_unicode for one in (value, pattern))
        # Trailing blanks of the value count in Unicode alone.
        shortened = value.sql if is_unicode else f"rtrim({value.sql}, ' ')"
        return _negate(node, f"ms_like({shortened}, {pattern.sql}, {escape})")

    def _escaped(self, node: exp.Escape, scope: Scope) -> str:
        if not isinstance(node.this, exp.Like):
            raise syntax_error("ESCAPE")
        return self._like(node.this, scope, as_text(self._scalars.scalar(node.expression, scope)).sql)

    _PREDICATES: Final[dict[type, Callable[..., str]]] = {
        exp.And: _and,
        exp.Or: _or,
        exp.Not: _not,
        exp.Paren: _grouped,
        exp.Is: _is,
        exp.Between: _between,
        exp.In: _in,
        exp.Exists: _exists,
        exp.Like: _like,
        exp.Escape: _escaped,
    }


def _negate(node: exp.Expression, sql: str) -> str:
    return f"(NOT {sql})" if node.args.get("negate") else sql
