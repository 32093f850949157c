"""SQL Server's error 1785: foreign keys that could cause cycles or several cascade paths. *Pure*."""

from tests.sql_server.statements import ForeignKey

_ACTS = {"CASCADE", "SET NULL", "SET DEFAULT"}


def several_paths(edges: list[tuple[str, str, ForeignKey]]) -> str:
    """The first two ways on which a change cascades from one table into another, or into itself; empty when none.

    An edge leads from the table that is referred to into the one that refers. Only keys that act when a row is deleted
    or changed count; what Django does itself, row by row, the server knows nothing of.
    """
    for event in ("on_delete", "on_update"):
        onwards: dict[str, list[str]] = {}
        for parent, child, key in edges:
            if getattr(key, event) in _ACTS:
                onwards.setdefault(parent, []).append(child)
        for start in sorted(onwards):
            if found := _twice(start, onwards):
                return found
    return ""


def _twice(start: str, onwards: dict[str, list[str]]) -> str:
    ways = {start: start}
    waiting = [start]
    while waiting:
        table = waiting.pop()
        for child in onwards.get(table, []):
            way = f"{ways[table]} > {child}"
            if child in ways:
                return f"{ways[child]} and {way}"
            ways[child] = way
            waiting.append(child)
    return ""
