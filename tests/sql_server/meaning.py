"""What is good syntax, and SQL Server refuses all the same because of what it would mean. *Pure*."""

from sqlglot import exp

from tests.sql_server.tables import RefusedError


def check_meaning(statement: exp.Expr) -> None:
    """Raises RefusedError for the first SELECT that SQLite answers and SQL Server does not."""
    for select in statement.find_all(exp.Select):
        order = select.args.get("order")
        if order is not None:
            _check_order(select, order, is_whole=select is statement)
        if select.args.get("group") is not None:
            _check_group(select, select.args["group"])
        for function in select.find_all(exp.AggFunc):
            if function.find_ancestor(exp.Select) is select:
                _check_aggregate(function)


def _check_order(select: exp.Select, order: exp.Expr, *, is_whole: bool) -> None:
    is_part = not is_whole and not isinstance(select.parent, exp.SetOperation)
    if is_part and not (select.args.get("limit") or select.args.get("offset")):
        raise RefusedError(1033, f"ORDER BY within {select.sql(dialect='tsql')[:80]} needs TOP or OFFSET.")
    if select.args.get("distinct"):
        shown = _texts(item.unalias() for item in select.expressions) | {item.alias for item in select.expressions}
        for item in order.expressions:
            named = isinstance(item.this, exp.Literal) or item.this.sql() in shown or item.this.name in shown
            if not named:
                raise RefusedError(145, f"{item.this.sql()} is ordered by, and no part of the SELECT DISTINCT.")


def _check_group(select: exp.Select, group: exp.Expr) -> None:
    for item in group.expressions:
        if item.find(exp.Select, exp.AggFunc):
            raise RefusedError(144, f"GROUP BY {item.sql()[:80]} has a subquery or an aggregate.")
    grouped = _texts(group.expressions)
    for item in select.expressions:
        shown = item.unalias()
        # A subquery may name what it likes; outside of it each column is grouped or within an aggregate.
        loose = [
            column
            for column in shown.find_all(exp.Column)
            if column.find_ancestor(exp.AggFunc) is None and column.find_ancestor(exp.Select) is select
        ]
        parts = _texts(shown.walk())
        if shown.sql() not in grouped and loose and not _texts(loose) <= grouped and not parts & grouped:
            raise RefusedError(8120, f"{shown.sql()[:80]} is neither grouped nor an aggregate.")


def _check_aggregate(function: exp.Expr) -> None:
    inner = [part for part in function.walk() if part is not function]
    if any(isinstance(part, exp.Select | exp.AggFunc) for part in inner):
        raise RefusedError(130, f"{function.sql()[:80]}: no aggregate of an aggregate or a subquery.")


def _texts(parts: object) -> set[str]:
    return {part.sql() for part in parts}  # type: ignore[attr-defined]
