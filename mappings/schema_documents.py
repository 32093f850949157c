"""Schema documents on disk: a catalog comes in, a proposal goes out, for scoring. No database is needed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from centers.catalog import Catalog, Column, ForeignKey, Table
from mappings.document import DeleteFlag, MappingDocument
from mappings.exceptions import MappingFileError

_ENDINGS = (".json", ".json.gz")


def read_documents(folder: Path) -> Iterator[tuple[str, Catalog]]:
    """Each document's center id and catalog, in the order of the file names; raises MappingFileError."""
    if not folder.is_dir():
        raise MappingFileError(f"{folder} is not a directory.")
    for path in sorted(item for item in folder.iterdir() if item.name.endswith(_ENDINGS)):
        yield _read(path)


def _read(path: Path) -> tuple[str, Catalog]:
    try:
        raw = path.read_bytes()
        data = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        return str(data["center_id"]), Catalog(data["database"], tuple(_table(item) for item in data["tables"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise MappingFileError(f"{path} is not a schema document ({type(error).__name__}).") from error


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
                    **_polarity(table.delete_flag, item.name),
                }
                for item in table.fields
                if item.column is not None
            },
        }
        for table in document.tables
        if table.table is not None
    }


def _polarity(flag: DeleteFlag | None, field: str) -> dict[str, bool]:
    return {"inverted": not flag.null_is_live} if field == "DELKZ" and flag else {}
