"""T-SQL's grammar for sqlglot, without its rewriting of functions (*pure*).

sqlglot maps functions to its own, which changes what some mean. Here every function stays a name with arguments, and
``functions`` says what it is. sqlglot also takes more than SQL Server does; only what the translator knows gets
through.
"""

from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp, parse
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import ParseError, TokenError

from dentalhub.sandbox.errors import not_supported, syntax_error

_CASTS = {"CAST", "TRY_CAST", "CONVERT", "TRY_CONVERT"}


class PlainTSQL(TSQL):
    """T-SQL whose functions are left as written."""

    class Parser(TSQL.Parser):  # type: ignore[misc,valid-type] # made by sqlglot's metaclass
        """Keeps the special syntax of the casts alone."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser for name, parser in TSQL.Parser.FUNCTION_PARSERS.items() if name in _CASTS
        }


@lru_cache(maxsize=1024)
def parse_query(text: str) -> exp.Query:
    """Parse one SELECT; raises SqlError 102. The tree is shared, as much of what centers are asked is the same."""
    try:
        parsed = parse(text, dialect=PlainTSQL)
    except ParseError as error:
        near = str(error.errors[0].get("highlight") or "") if error.errors else ""
        raise syntax_error(near or "SELECT") from None
    except (TokenError, RecursionError):
        raise syntax_error(text[:20]) from None
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        raise syntax_error(text[:20])
    return parsed[0]


def parse_expression(text: str) -> exp.Expression:
    """Parse one scalar expression; raises SqlError 102."""
    query = parse_query(f"SELECT {text}")
    if not isinstance(query, exp.Select) or len(query.expressions) != 1 or query.args.get("from_"):
        raise syntax_error(text[:20])
    expression: exp.Expression = query.expressions[0]
    return expression


def require_only(node: exp.Expression, *known: str) -> None:
    """Refuse a node that says more than the translator reads; raises SqlError 102."""
    for key, value in node.args.items():
        if key not in known and value not in (None, False, [], ""):
            raise not_supported(f"{type(node).__name__.upper()} with {key.strip('_').upper()}")


def name_of(node: Any) -> str:
    """The name an Identifier holds, '' for none."""
    return node.name if isinstance(node, exp.Expression) else ""


def shown(node: Any) -> str:
    """The beginning of a node's text, for an error."""
    return node.sql(dialect="tsql")[:40] if isinstance(node, exp.Expression) else str(node)[:40]
