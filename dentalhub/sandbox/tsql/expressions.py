"""Scalar expressions of T-SQL in SQLite's words, each with its type (*pure*)."""

from collections.abc import Callable
from typing import Any, Final

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
from dentalhub.sandbox.tsql.dialect import name_of, require_only, shown
from dentalhub.sandbox.tsql.functions import aggregate, scalar_function, window_function
from dentalhub.sandbox.tsql.predicates import Predicates, Queries
from dentalhub.sandbox.tsql.scope import Scope
from dentalhub.sandbox.tsql.terms import (
    Term,
    chosen,
    common_type,
    comparable,
    concatenated,
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
_ARITHMETIC: Final[dict[type, str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}


class Expressions:
    """Translates scalars inside one query; what it does not know raises SqlError 102."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.predicates = Predicates(self)

    def scalar(self, node: Any, scope: Scope) -> Term:
        """One scalar expression."""
        translate = self._SCALARS.get(type(node))
        if translate is None:
            raise not_supported(shown(node))
        if not scope.is_grouped or scope.in_aggregate or node not in scope.group_expressions:
            return translate(self, node, scope)
        # A grouped expression may name columns that are not grouped themselves.
        scope.is_grouped = False
        try:
            return translate(self, node, scope)
        finally:
            scope.is_grouped = True

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
            return _text_term(text, is_unicode=False)
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
        return _text_term(str(node.this), is_unicode=True)

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
                conditions.append(self.predicates.predicate(branch.this, scope))
            else:
                left, right = comparable(self.scalar(base, scope), self.scalar(branch.this, scope))
                conditions.append(f"{left} = {right}")
        results = [self.scalar(branch.args["true"], scope) for branch in node.args["ifs"]]
        default = node.args.get("default")
        results.append(self.scalar(default, scope) if default is not None else Term("NULL", None))
        return chosen(conditions, results)

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
            condition = self.predicates.predicate(node.expressions[0], scope)
            return chosen([condition], [self.scalar(one, scope) for one in node.expressions[1:]])
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


def _text_term(value: str, *, is_unicode: bool) -> Term:
    sql_type = nvarchar(max(1, utf16_length(value)))
    if not is_unicode:
        sql_type = SqlType("varchar", length=len(value) if 0 < len(value) <= 8000 else -1 if value else 1)
    return Term(quote_text(value), sql_type, is_constant=True)


def _cast_type(node: exp.Expression) -> SqlType:
    text = node.sql(dialect="tsql")
    found = parse_type(text)
    if found is None:
        raise not_supported(f"the type {text}")
    if found.family is Family.TEXT and "(" not in text:
        return SqlType(found.name, length=30 if found.length == 1 else found.length)
    return found
