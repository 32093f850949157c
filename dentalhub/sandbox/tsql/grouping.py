"""Whether a SELECT is grouped (*pure*)."""

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from dentalhub.sandbox.tsql.functions import aggregate


def is_grouped(select: exp.Select) -> bool:
    """Whether it has GROUP BY, HAVING or an aggregate of its own, which the rules of grouped columns follow."""
    if select.args.get("group") or select.args.get("having"):
        return True
    places: list[Any] = [*select.expressions]
    if select.args.get("order"):
        places += select.args["order"].expressions
    return any(_is_aggregate(node) for place in places for node in _own_nodes(place))


def _own_nodes(node: Any) -> Iterator[Any]:
    """The nodes of an expression without those of nested SELECTs and of window functions."""
    if isinstance(node, exp.Query | exp.Subquery | exp.Window):
        return
    yield node
    for child in node.iter_expressions():
        yield from _own_nodes(child)


def _is_aggregate(node: Any) -> bool:
    return isinstance(node, exp.Anonymous) and aggregate(str(node.this).upper()) is not None
