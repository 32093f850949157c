"""Names of SQL Server objects as they stand in a statement. *Pure*."""

MAX_LENGTH = 128


def quote(name: str) -> str:
    """`na]me` as `[na]]me]`. Raises ValueError for what can be no name: empty, too long, or with a NUL."""
    if not name or len(name) > MAX_LENGTH or "\0" in name:
        raise ValueError(f"Not a name of a SQL Server object: {name[:MAX_LENGTH]!r}")
    return "[" + name.replace("]", "]]") + "]"


def three_part(database: str, schema: str, table: str) -> str:
    """`[database].[schema].[table]`: no session state decides which database is read."""
    return f"{quote(database)}.{quote(schema)}.{quote(table)}"


def literal(text: str) -> str:
    """`text` as an NVARCHAR literal, for the few places of T-SQL that take no parameter."""
    if "\0" in text:
        raise ValueError("A literal cannot contain a NUL.")
    return "N'" + text.replace("'", "''") + "'"
