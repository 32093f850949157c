"""The statements that read a few rows of each table, and the samples that their answers make. *Pure*.

Nothing here makes a server sort or scan a big table: rows come in the order of a key that has an index, or in whatever
order the server finds them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from centers.catalog import Catalog, Column, Table
from centers.identifiers import quote, three_part
from centers.samples import Skipped, TableSample

Row = tuple[Any, ...]

# What arrives as a usable value without any help.
_WHOLE = frozenset({"bit", "tinyint", "smallint", "int", "bigint"})
_BROKEN = frozenset({"decimal", "numeric", "money", "smallmoney", "float", "real"})
_MOMENTS = frozenset({"date", "datetime", "datetime2", "smalldatetime", "time"})
_PLAIN = _WHOLE | _BROKEN | _MOMENTS | {"uniqueidentifier"}
_TEXT = frozenset({"char", "nchar", "varchar", "nvarchar", "text", "ntext"})


@dataclass(frozen=True, slots=True)
class SampleLimits:
    """How much of a source is looked at: rows per table (0: nothing), tables and columns per round trip, seconds per
    round trip and for the whole source, characters per value; `views`: also views, which may cost the server more."""

    rows: int = 50
    tables_per_batch: int = 20
    columns_per_batch: int = 600
    batch_seconds: int = 10
    total_seconds: int = 20
    characters: int = 200
    views: bool = False


def not_asked(table: Table, limits: SampleLimits) -> Skipped | None:
    """Why a table is not looked at in the first place; None for one that is."""
    if limits.rows < 1:
        return Skipped.SWITCHED_OFF
    if table.is_view and not limits.views:
        return Skipped.VIEW
    if not table.columns:
        # The login sees the table and no column of it.
        return Skipped.FORBIDDEN
    return Skipped.EMPTY if table.row_count == 0 else None


def batches(catalog: Catalog, limits: SampleLimits) -> Iterator[tuple[Table, ...]]:
    """The tables that are looked at, in order, as many at a time as one round trip takes."""
    batch: list[Table] = []
    columns = 0
    for table in catalog.tables:
        if not_asked(table, limits) is not None:
            continue
        full = len(batch) == limits.tables_per_batch or columns + len(table.columns) > limits.columns_per_batch
        if batch and full:
            yield tuple(batch)
            batch, columns = [], 0
        batch.append(table)
        columns += len(table.columns)
    if batch:
        yield tuple(batch)


def statements(database: str, table: Table, limits: SampleLimits) -> tuple[str, ...]:
    """One SELECT, or two: the first rows by key and the last ones, newest first. Raises ValueError for odd names."""
    # No aliases: ORDER BY would mean the shortened text instead of the indexed column.
    columns = ", ".join(_value(column, limits.characters) for column in table.columns)
    source = f"{columns} FROM {three_part(database, table.schema, table.name)}"
    key = _key(table)
    order = f" ORDER BY {quote(key)}" if key else ""
    if _is_small(table, limits):
        # One more than needed tells whether these are all.
        return (f"SELECT TOP ({limits.rows + 1}) {source}{order}",)
    if not key:
        return (f"SELECT TOP ({limits.rows}) {source}",)
    half = limits.rows // 2
    last = f"SELECT TOP ({limits.rows - half}) {source}{order} DESC"
    return (f"SELECT TOP ({half}) {source}{order}", last) if half else (last,)


def sample_of(table: Table, answers: Sequence[Sequence[Row]], limits: SampleLimits) -> TableSample:
    """The sample from the rows that each of a table's `statements` gave."""
    if len(answers) == 1:
        asked = limits.rows + 1 if _is_small(table, limits) else limits.rows
        rows, whole = tuple(answers[0][: limits.rows]), len(answers[0]) < asked
    else:
        first, last = answers
        newer = _not_in(first, last, _position(table, _key(table)))
        rows = (*first, *reversed(newer))
        # Fewer rows than the catalog counted: both ends meet.
        whole = len(newer) < len(last) or len(first) < limits.rows // 2
    return TableSample(rows, whole) if rows else TableSample(skipped=Skipped.EMPTY)


def _is_small(table: Table, limits: SampleLimits) -> bool:
    return table.row_count is not None and table.row_count <= limits.rows and not table.is_view


def _key(table: Table) -> str:
    """The one column of the primary key, which always has an index; empty where there is none or it has several."""
    return table.primary_key[0] if len(table.primary_key) == 1 else ""


def _position(table: Table, key: str) -> int | None:
    """Where the key stands in a row; None when its values are not read."""
    found = [index for index, column in enumerate(table.columns) if column.name == key]
    return found[0] if found and _value(table.columns[found[0]], 1) != "NULL" else None


def _not_in(first: Sequence[Row], last: Sequence[Row], position: int | None) -> list[Row]:
    if position is None:
        return list(last)
    seen = {row[position] for row in first}
    return [row for row in last if row[position] not in seen]


def _value(column: Column, characters: int) -> str:
    """The expression that reads a column: long text is cut on the server, what is no text or number is not read."""
    name, data_type = quote(column.name), column.data_type.lower()
    if data_type in _PLAIN:
        return name
    if data_type in _TEXT:
        fits = column.max_length is not None and 0 < column.max_length <= characters
        return name if fits else f"CAST({name} AS NVARCHAR({characters}))"
    if data_type == "xml":
        # Unlike text, XML that is cast to a type too short for it is an error.
        return f"LEFT(CAST({name} AS NVARCHAR(MAX)), {characters})"
    if data_type == "datetimeoffset":
        # The driver has no Python value for it.
        return f"CAST({name} AS DATETIME2(0))"
    return "NULL"
