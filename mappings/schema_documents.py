"""Schema documents on disk: a catalog comes in, a proposal goes out, for scoring. No database is needed."""

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from centers.catalog import Catalog, Column, ForeignKey, Table
from centers.samples import Samples, TableSample
from mappings.document import MappingDocument, TableMapping
from mappings.exceptions import MappingFileError

_ENDINGS = (".json", ".json.gz")
_MOMENTS = frozenset({"date", "datetime", "datetime2", "smalldatetime"})


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    """One center's catalog and the rows that its document holds."""

    center_id: str
    catalog: Catalog
    samples: Samples


def read_documents(folder: Path) -> Iterator[SchemaDocument]:
    """The documents of `folder` in the order of the file names; raises MappingFileError."""
    if not folder.is_dir():
        raise MappingFileError(f"{folder} is not a directory.")
    for path in sorted(item for item in folder.iterdir() if item.name.endswith(_ENDINGS)):
        yield _read(path)


def _read(path: Path) -> SchemaDocument:
    try:
        raw = path.read_bytes()
        data = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        return document_of(data)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise MappingFileError(f"{path} is not a schema document ({type(error).__name__}).") from error


def document_of(data: dict[str, Any]) -> SchemaDocument:
    """The document in JSON data; raises KeyError, TypeError or ValueError on another shape."""
    tables = tuple(_table(item) for item in data["tables"])
    pairs = list(zip(tables, data["tables"], strict=True))
    most = max((len(item.get("sample_rows", ())) for item in data["tables"]), default=0)
    samples = {(table.schema, table.name): _sample(table, item.get("sample_rows", ()), most) for table, item in pairs}
    return SchemaDocument(str(data["center_id"]), Catalog(data["database"], tables), Samples(samples))


def _sample(table: Table, rows: list[list[Any]], most: int) -> TableSample:
    types = [column.data_type.lower() for column in sorted(table.columns, key=lambda column: column.ordinal)]
    values = tuple(tuple(_value(value, kind) for value, kind in zip(row, types, strict=True)) for row in rows)
    return TableSample(values, whole=0 < len(rows) < most or len(rows) == table.row_count)


def _value(value: Any, data_type: str) -> object:
    """JSON has no dates: a text in a date column is one."""
    if isinstance(value, str) and data_type in _MOMENTS:
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def _table(data: dict[str, Any]) -> Table:
    return Table(
        schema=data["schema"],
        name=data["name"],
        table_type=data["table_type"],
        row_count=data.get("row_count"),
        primary_key=tuple(data.get("primary_key", ())),
        foreign_keys=tuple(_foreign_key(item) for item in data.get("foreign_keys", ())),
        columns=tuple(
            Column(item["name"], item["data_type"], item["max_length"], item["nullable"], item["ordinal"])
            for item in data["columns"]
        ),
    )


def _foreign_key(data: dict[str, Any]) -> ForeignKey:
    schema, _, table = data["ref_table"].partition(".")
    return ForeignKey(tuple(data["columns"]), schema, table, tuple(data["ref_columns"]))


def prediction(document: MappingDocument) -> dict[str, Any]:
    """The proposal in the scorer's form; tables and columns that are open are left out."""
    return {
        table.name: {
            "table": f"{table.schema}.{table.table}",
            "columns": {
                item.name: {
                    "actual": item.column,
                    "confidence": item.confidence,
                    **_form(table, item.name),
                }
                for item in table.fields
                if item.column is not None
            },
        }
        for table in document.tables
        if table.table is not None
    }


def _form(table: TableMapping, field: str) -> dict[str, bool | str]:
    if field == "DELKZ" and table.delete_flag is not None:
        return {"inverted": not table.delete_flag.null_is_live}
    if field == "DATUM" and table.date_format is not None:
        return {"format": table.date_format.value}
    return {}
