"""One hash for a schema: equal schemas have equal fingerprints. *Pure*."""

import hashlib
import json

from centers.catalog import Catalog, Table


def fingerprint(catalog: Catalog) -> str:
    """SHA-256, in hexadecimal, over names, types and keys; neither row counts nor the order of columns matter."""
    content = sorted((_table(table) for table in catalog.tables), key=json.dumps)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def same_schema(one: Table | None, other: Table | None) -> bool:
    """True when a fingerprint tells no difference between two tables; a missing one equals only a missing one."""
    if one is None or other is None:
        return one is other
    return _table(one) == _table(other)


def _table(table: Table) -> list[object]:
    return [
        table.schema,
        table.name,
        table.table_type,
        sorted([column.name, column.data_type, column.max_length or 0] for column in table.columns),
        list(table.primary_key),
        sorted([list(key.columns), key.ref_schema, key.ref_table, list(key.ref_columns)] for key in table.foreign_keys),
    ]
