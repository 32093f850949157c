"""Samples for the tests of mappings."""

from collections.abc import Mapping

from centers.catalog import Catalog, Column, Table
from centers.samples import Samples, Skipped, TableSample


def samples_for(catalog: Catalog, skipped: Mapping[str, Skipped] | None = None) -> Samples:
    """Ten rows of every table, but for those that `skipped` names."""
    reasons = skipped or {}
    return Samples(
        {
            (table.schema, table.name): TableSample(skipped=reasons[table.name])
            if table.name in reasons
            else TableSample(tuple(_row(table, number) for number in range(1, 11)), whole=table.row_count == 10)
            for table in catalog.tables
        }
    )


def _row(table: Table, number: int) -> tuple[object, ...]:
    return tuple(_value(column, number) for column in table.columns)


def _value(column: Column, number: int) -> object:
    return f"Text {number}" if column.max_length is not None else number
