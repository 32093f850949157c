"""What a reviewer can look at, and a name for what was looked at. *Pure*."""

import hashlib
import json
from typing import Final

from centers.catalog import Catalog
from mappings.canonical import canonical_tables
from mappings.document import MappingDocument, TableMapping

INSURANCE_CODES: Final = "insurance_codes"
PATIENT_ID_FORM: Final = "patient_id_form"


def known_keys() -> frozenset[str]:
    """`KARTEI`, `KARTEI.DATUM`, `insurance_codes` ...: everything that can be looked at."""
    tables = canonical_tables()
    return frozenset(
        {
            *(table.name for table in tables),
            *(f"{table.name}.{item.name}" for table in tables for item in table.fields),
            INSURANCE_CODES,
            PATIENT_ID_FORM,
        }
    )


def subject_of(document: MappingDocument, key: str, catalog: Catalog) -> str:
    """A name for what `key` stands for: another column, form or meaning is another subject.

    So is a column that has another type in `catalog` than it had. SHA-256 in hexadecimal.
    """
    parts = _of_the_whole(document, key) or _of_a_table(document, key, catalog)
    return hashlib.sha256(json.dumps([key, *parts], ensure_ascii=False).encode()).hexdigest()


def _of_the_whole(document: MappingDocument, key: str) -> list[object]:
    if key == INSURANCE_CODES:
        return [sorted(document.insurance_codes), sorted(document.unknown_codes)]
    return [str(document.patient_id_form or "")] if key == PATIENT_ID_FORM else []


def _of_a_table(document: MappingDocument, key: str, catalog: Catalog) -> list[object]:
    name, _dot, item = key.partition(".")
    table = document.table(name)
    address: list[object] = [table.schema, table.table]
    return [*address, table.column(item), _form(table, item), _type(table, item, catalog)] if item else address


def _form(table: TableMapping, item: str) -> object:
    """In which the column is read."""
    if item == "DATUM":
        return str(table.date_format) if table.date_format else None
    flag = table.delete_flag if item == "DELKZ" else None
    return [list(flag.live_values), flag.null_is_live] if flag else None


def _type(table: TableMapping, item: str, catalog: Catalog) -> object:
    physical, name = catalog.table(table.schema or "", table.table or ""), table.column(item)
    column = physical.column(name) if physical and name else None
    return [column.data_type, column.max_length] if column else None
