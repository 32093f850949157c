"""Conditions of CHECK constraints and of filtered indexes. *Pure*."""

from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from tests.sql_server.tokens import UnreadableError

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def condition(text: str) -> exp.Expr:
    """The condition as a tree. Raises UnreadableError."""
    try:
        found = sqlglot.parse_one(f"SELECT 1 WHERE {text}", dialect="tsql").args["where"].this
    except (ParseError, TokenError) as error:
        raise UnreadableError(f"{text}: {error}") from None
    if not isinstance(found, exp.Predicate | exp.Connector | exp.Not | exp.Paren):
        # A bare column or 1 is no condition in T-SQL, where truth has no type.
        raise UnreadableError(f"4145: {text!r} is no condition.")
    for part in found.walk():
        operands = (part.this, part.expression) if isinstance(part, exp.Connector) else ()
        if any(isinstance(side, exp.Column | exp.Literal | exp.Boolean) for side in operands):
            raise UnreadableError(f"4145: {part.sql(dialect='tsql')!r} joins what is no condition.")
    return found


@cache
def columns_of(text: str) -> frozenset[str]:
    """The columns that a condition names; none of an empty one."""
    return frozenset(column.name for column in condition(text).find_all(exp.Column)) if text else frozenset()


def check_filter(text: str, *, bound: bool = False) -> frozenset[str]:
    """The columns of an index's filter; with `bound` only those for which it leaves NULL out.

    SQL Server takes comparisons of a column with constants, IN, IS NULL and IS NOT NULL, joined by AND, and nothing
    else. Raises UnreadableError with error 10735.
    """
    found: set[str] = set()
    waiting = [condition(text)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, exp.Paren):
            waiting.append(part.this)
        elif isinstance(part, exp.And):
            waiting.extend((part.this, part.expression))
        elif _is_null(part):
            found |= set() if bound else {part.this.name}
        elif isinstance(part, exp.Not) and _is_null(part.this) and "IS NOT NULL" in text.upper():
            # sqlglot makes the same of NOT (x IS NULL), which no filter may have; that one has parentheses.
            found.add(part.this.this.name)
        elif _compares_with_constants(part):
            found.add(part.this.name)
        else:
            raise UnreadableError(f"10735: {part.sql(dialect='tsql')!r} cannot be part of an index's filter.")
    return frozenset(found)


def _is_null(part: exp.Expr) -> bool:
    return isinstance(part, exp.Is) and isinstance(part.expression, exp.Null) and isinstance(part.this, exp.Column)


def _compares_with_constants(part: exp.Expr) -> bool:
    if isinstance(part, exp.In):
        values = [] if part.args.get("query") else part.expressions
    else:
        values = [part.expression] if isinstance(part, _COMPARISONS) else []
    constant = all(isinstance(value, exp.Literal | exp.National | exp.HexString) for value in values)
    return bool(values) and constant and isinstance(part.this, exp.Column)
