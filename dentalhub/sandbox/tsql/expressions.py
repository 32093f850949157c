"""Scalar expressions of T-SQL in SQLite's words, each with its type (*pure*)."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError, not_supported, syntax_error, undeclared_variable
from dentalhub.sandbox.sql_types import (
    BIGINT,
    DATETIME,
    FLOAT,
    INT,
    SYSNAME,
    Family,
    SqlType,
    nvarchar,
    parse_type,
    utf16_length,
)
from dentalhub.sandbox.tsql.dialect import name_of, require_only
from dentalhub.sandbox.tsql.functions import aggregate, scalar_function, window_function
from dentalhub.sandbox.tsql.scope import Scope
from dentalhub.sandbox.tsql.terms import (
    Term,
    as_text,
    common_type,
    comparable,
    convert,
    quote_text,
    sort_key,
)

SERVER_VARIABLES: Final = {
    "@@rowcount": INT,
    "@@error": INT,
    "@@trancount": INT,
    "@@spid": INT,
    "@@version": nvarchar(300),
    "@@servername": SYSNAME,
    "@@language": SYSNAME,
    "@@database": SYSNAME,  # not T-SQL: what DB_NAME() reads
    "@@user": SYSNAME,  # not T-SQL: what SUSER_SNAME() reads
}
_INT_LIMIT: Final = 2**31
_LARGE: Final = 2**63
_COMPARISONS: Final[dict[type, str]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: Final[dict[type, str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}


class Queries(Protocol):
    """What an expression needs of the SELECT around it."""

    variables: dict[str, SqlType]
    used_variables: list[str]

    def subquery(self, node: exp.Expression, outer: Scope) -> tuple[str, list[Term], bool]:
        """Compile a nested SELECT: its SQL with columns c0, c1 ..., their terms, whether it gives one row at most."""
        ...


class Expressions:
    """Translates scalars and predicates inside one query; what it does not know raises SqlError 102."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries

    # -- scalars

    def scalar(self, node: Any, scope: Scope) -> Term:
        """One scalar expression."""
        translate = self._SCALARS.get(type(node))
        if translate is None:
            raise not_supported(_shown(node))
        return translate(self, node, scope)

    def variable(self, name: str) -> Term:
        """A variable, parameter or server variable; raises SqlError 137."""
        key = name.lower()
        declared = self.queries.variables.get(key) or SERVER_VARIABLES.get(key)
        if declared is None:
            raise undeclared_variable(name)
        used = self.queries.used_variables
        if key not in used:
            used.append(key)
        return Term(f"?{used.index(key) + 1}", declared, is_constant=True)

    def _column(self, node: exp.Column, scope: Scope) -> Term:
        require_only(node, "this", "table")
        if isinstance(node.this, exp.Star):
            raise syntax_error("*")
        return scope.column(name_of(node.args.get("table")), name_of(node.this))

    def _literal(self, node: exp.Literal, _scope: Scope) -> Term:
        text = str(node.this)
        if node.args["is_string"]:
            return _text_term(text)
        if text.isdigit():
            value = int(text)
            if value >= _LARGE:
                raise not_supported("a number of that size")
            return Term(text, INT if value < _INT_LIMIT else BIGINT, is_constant=True)
        if "e" in text.lower():
            return Term(repr(float(text)), FLOAT, is_constant=True)
        whole, _, fraction = text.partition(".")
        precision = max(1, len(whole.lstrip("0")) + len(fraction))
        sql_type = SqlType("decimal", precision=precision, scale=len(fraction))
        return Term(quote_text(f"{whole or '0'}.{fraction}".rstrip(".")), sql_type, is_constant=True)

    def _national(self, node: exp.National, _scope: Scope) -> Term:
        return _text_term(str(node.this))

    def _null(self, _node: exp.Null, _scope: Scope) -> Term:
        return Term("NULL", None, is_constant=True)

    def _paren(self, node: exp.Paren, scope: Scope) -> Term:
        return self.scalar(node.this, scope)

    def _parameter(self, node: exp.Parameter, _scope: Scope) -> Term:
        inner = node.this
        if isinstance(inner, exp.Parameter):
            return self.variable(f"@@{name_of(inner.this)}")
        return self.variable(f"@{name_of(inner)}")

    def _negated(self, node: exp.Neg, scope: Scope) -> Term:
        term = self.scalar(node.this, scope)
        if term.family is Family.DECIMAL:
            return Term(f"ms_decimal_negate({term.sql})", term.type, is_constant=term.is_constant)
        if term.family not in {Family.INT, Family.FLOAT}:
            raise SqlError(8117, "Operand data type is invalid for minus operator.")
        return Term(f"(- {term.sql})", term.type, is_constant=term.is_constant)

    def _arithmetic(self, node: exp.Binary, scope: Scope) -> Term:
        left, right = self.scalar(node.this, scope), self.scalar(node.expression, scope)
        operator = _ARITHMETIC[type(node)]
        shared = common_type([left, right])
        constant = left.is_constant and right.is_constant
        if shared is None or shared.family is Family.TEXT:
            if operator != "+":
                raise SqlError(8117, f"Operand data type nvarchar is invalid for operator {operator}.")
            return concatenated([left, right])
        if shared.family not in {Family.INT, Family.FLOAT}:
            raise not_supported(f"arithmetic with {shared.name}")
        if shared.name == "bit":
            raise SqlError(402, f"The data types bit and bit are incompatible in the {operator} operator.")
        left, right = convert(left, shared), convert(right, shared)
        if operator in {"/", "%"}:
            name = "ms_divide" if operator == "/" else "ms_modulo"
            return Term(f"{name}({left.sql}, {right.sql})", shared, is_constant=constant)
        sql = f"({left.sql} {operator} {right.sql})"
        if shared.family is Family.INT:
            sql = f"ms_to_int({sql}, '{shared.name}')"
        return Term(sql, shared, is_constant=constant)

    def _case(self, node: exp.Case, scope: Scope) -> Term:
        require_only(node, "this", "ifs", "default")
        base = node.args.get("this")
        conditions = []
        for branch in node.args["ifs"]:
            if base is None:
                conditions.append(self.predicate(branch.this, scope))
            else:
                left, right = comparable(self.scalar(base, scope), self.scalar(branch.this, scope))
                conditions.append(f"{left} = {right}")
        results = [self.scalar(branch.args["true"], scope) for branch in node.args["ifs"]]
        default = node.args.get("default")
        results.append(self.scalar(default, scope) if default is not None else Term("NULL", None))
        return _case_term(conditions, results)

    def _cast(self, node: exp.Cast, scope: Scope) -> Term:
        require_only(node, "this", "to", "safe")
        return convert(self.scalar(node.this, scope), _cast_type(node.args["to"]), safe=bool(node.args.get("safe")))

    def _convert(self, node: exp.Convert, scope: Scope) -> Term:
        require_only(node, "this", "expression", "style", "safe")
        target, source = _cast_type(node.this), self.scalar(node.expression, scope)
        style, safe = node.args.get("style"), bool(node.args.get("safe"))
        if style is None:
            return convert(source, target, safe=safe)
        if not isinstance(style, exp.Literal) or not str(style.this).isdigit():
            raise not_supported("a computed style in CONVERT")
        prefix = "try" if safe else "to"
        dates = {Family.DATE, Family.DATETIME}
        if target.family in dates and source.family is Family.TEXT:
            kind = "date" if target.family is Family.DATE else "datetime"
            return Term(f"ms_{prefix}_{kind}({source.sql}, {style.this})", target, is_constant=source.is_constant)
        if target.family is Family.TEXT and source.family in dates:
            styled = Term(f"ms_date_text({source.sql}, {style.this})", nvarchar(30), is_constant=source.is_constant)
            return convert(styled, target)
        return convert(source, target, safe=safe)

    def _scalar_subquery(self, node: exp.Subquery, scope: Scope) -> Term:
        sql, terms, at_most_one = self.queries.subquery(node, scope)
        if len(terms) != 1:
            raise SqlError(116, "Only one expression can be specified in the select list of a subquery.")
        if at_most_one:
            return Term(f"({sql})", terms[0].type)
        # SQLite would silently take the first of several rows.
        checked = f"(SELECT ms_single(count(*), max(c0)) FROM ({sql}))"
        return Term(checked, terms[0].type)

    def _current_timestamp(self, _node: exp.Expression, _scope: Scope) -> Term:
        return Term("ms_now()", DATETIME, is_constant=True)

    def _current_user(self, _node: exp.Expression, _scope: Scope) -> Term:
        return self.variable("@@user")

    def _function(self, node: exp.Anonymous, scope: Scope) -> Term:
        name = str(node.this).upper()
        if name == "IIF" and len(node.expressions) == 3:
            condition = self.predicate(node.expressions[0], scope)
            return _case_term([condition], [self.scalar(one, scope) for one in node.expressions[1:]])
        found = aggregate(name)
        if found is not None:
            return self._aggregate(found, node, scope)
        return scalar_function(name, node.expressions, lambda one: self.scalar(one, scope), self.variable)

    def _aggregate(self, emit: Callable[[Term | None, bool], Term], node: exp.Anonymous, scope: Scope) -> Term:
        if len(node.expressions) != 1:
            raise SqlError(174, f"The {node.this} function requires 1 argument(s).", severity=15)
        if scope.in_aggregate:
            raise SqlError(130, "Cannot perform an aggregate function on an expression containing an aggregate.")
        argument, distinct = node.expressions[0], False
        if isinstance(argument, exp.Distinct):
            if len(argument.expressions) != 1:
                raise syntax_error(",")
            argument, distinct = argument.expressions[0], True
        if isinstance(argument, exp.Star):
            return emit(None, False)
        scope.in_aggregate = True
        try:
            term = self.scalar(argument, scope)
        finally:
            scope.in_aggregate = False
        return emit(term, distinct)

    def _window(self, node: exp.Window, scope: Scope) -> Term:
        require_only(node, "this", "partition_by", "order", "over")
        if not isinstance(node.this, exp.Anonymous):
            raise not_supported("this window function")
        name = str(node.this.this).upper()
        inner = window_function(name) or self._function(node.this, scope)
        parts = []
        if node.args.get("partition_by"):
            keys = ", ".join(sort_key(self.scalar(one, scope)) for one in node.args["partition_by"])
            parts.append(f"PARTITION BY {keys}")
        if node.args.get("order"):
            parts.append(f"ORDER BY {self.ordering(node.args['order'], scope)}")
        return Term(f"{inner.sql} OVER ({' '.join(parts)})", inner.type)

    def ordering(self, order: exp.Order, scope: Scope) -> str:
        """The keys of an ORDER BY."""
        keys = []
        for item in order.expressions:
            key = sort_key(self.scalar(item.this, scope))
            keys.append(f"{key} DESC" if item.args.get("desc") else key)
        return ", ".join(keys)

    # -- predicates

    def predicate(self, node: Any, scope: Scope) -> str:
        """One condition; T-SQL has no boolean values, so scalars are refused."""
        if type(node) in _COMPARISONS:
            left, right = comparable(self.scalar(node.this, scope), self.scalar(node.expression, scope))
            return f"({left} {_COMPARISONS[type(node)]} {right})"
        translate = self._PREDICATES.get(type(node))
        if translate is None:
            near = _shown(node)
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
        return f"({self.scalar(node.this, scope).sql} {word} NULL)"

    def _between(self, node: exp.Between, scope: Scope) -> str:
        require_only(node, "this", "low", "high", "negate")
        value = self.scalar(node.this, scope)
        low, low_bound = comparable(value, self.scalar(node.args["low"], scope))
        high, high_bound = comparable(value, self.scalar(node.args["high"], scope))
        return _negate(node, f"({low} >= {low_bound} AND {high} <= {high_bound})")

    def _in(self, node: exp.In, scope: Scope) -> str:
        require_only(node, "this", "expressions", "query", "negate")
        value = self.scalar(node.this, scope)
        if node.args.get("query") is None:
            pairs = [comparable(value, self.scalar(one, scope)) for one in node.expressions]
            return _negate(node, "(" + " OR ".join(f"{left} = {right}" for left, right in pairs) + ")")
        sql, terms, _one = self.queries.subquery(node.args["query"], scope)
        if len(terms) != 1:
            raise SqlError(116, "Only one expression can be specified in the select list of a subquery.")
        inner = Term("c0", terms[0].type, terms[0].is_plain)
        left, right = comparable(value, inner)
        source = sql if right == "c0" else f"SELECT {right} FROM ({sql})"
        return _negate(node, f"({left} IN ({source}))")

    def _exists(self, node: exp.Exists, scope: Scope) -> str:
        return f"EXISTS ({self.queries.subquery(node.this, scope)[0]})"

    def _like(self, node: exp.Like, scope: Scope, escape: str = "NULL") -> str:
        require_only(node, "this", "expression", "negate")
        value, pattern = as_text(self.scalar(node.this, scope)), as_text(self.scalar(node.expression, scope))
        return _negate(node, f"ms_like({value.sql}, {pattern.sql}, {escape})")

    def _escaped(self, node: exp.Escape, scope: Scope) -> str:
        if not isinstance(node.this, exp.Like):
            raise syntax_error("ESCAPE")
        return self._like(node.this, scope, as_text(self.scalar(node.expression, scope)).sql)

    _SCALARS: Final[dict[type, Callable[..., Term]]] = {
        exp.Column: _column,
        exp.Literal: _literal,
        exp.National: _national,
        exp.Null: _null,
        exp.Paren: _paren,
        exp.Parameter: _parameter,
        exp.Neg: _negated,
        exp.Case: _case,
        exp.Cast: _cast,
        exp.TryCast: _cast,
        exp.Convert: _convert,
        exp.Subquery: _scalar_subquery,
        exp.CurrentTimestamp: _current_timestamp,
        exp.CurrentUser: _current_user,
        exp.Anonymous: _function,
        exp.Window: _window,
        **dict.fromkeys(_ARITHMETIC, _arithmetic),
    }
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


def concatenated(terms: list[Term]) -> Term:
    """Texts joined by ``+``: NULL when one is NULL."""
    texts = [as_text(term) for term in terms]
    lengths = [text.type.length if text.type else 0 for text in texts]
    length = -1 if -1 in lengths or sum(lengths) > 4000 else max(1, sum(lengths))
    sql = " || ".join(text.sql for text in texts)
    return Term(f"({sql})", nvarchar(length), is_constant=all(text.is_constant for text in texts))


def _text_term(value: str) -> Term:
    return Term(quote_text(value), nvarchar(max(1, utf16_length(value))), is_constant=True)


def _case_term(conditions: list[str], results: list[Term]) -> Term:
    shared = common_type(results)
    if shared is None:
        return Term("NULL", None)
    values = [convert(result, shared).sql for result in results]
    branches = " ".join(f"WHEN {when} THEN {then}" for when, then in zip(conditions, values, strict=False))
    plain = all(result.is_plain for result in results)
    return Term(f"(CASE {branches} ELSE {values[-1]} END)", shared, is_plain=plain)


def _cast_type(node: exp.Expression) -> SqlType:
    text = node.sql(dialect="tsql")
    found = parse_type(text)
    if found is None:
        raise not_supported(f"the type {text}")
    if found.family is Family.TEXT and "(" not in text:
        return SqlType(found.name, length=30 if found.length == 1 else found.length)
    return found


def _negate(node: exp.Expression, sql: str) -> str:
    return f"(NOT {sql})" if node.args.get("negate") else sql


def _shown(node: Any) -> str:
    return node.sql(dialect="tsql")[:40] if isinstance(node, exp.Expression) else str(node)[:40]
