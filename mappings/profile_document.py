"""Profiles as plain JSON data. *Pure*.

What says nothing (zero, empty) is left out: a source has thousands of columns, and most say little.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from centers.samples import Skipped
from mappings.profile import NO_PROFILE, ColumnProfile, Profile, Reference, Shape, TableProfile

# Goes up when the meaning of a field changes; a profile of another version is taken again, not converted.
_VERSION: Final = 1


def to_document(profile: Profile) -> dict[str, Any]:
    """The profile as plain JSON data, everything in order; `{}` for an empty one."""
    if not profile.tables:
        return {}
    return {"version": _VERSION, "tables": [_table_to_document(table) for table in profile.tables]}


def from_document(document: dict[str, Any], tables: Collection[tuple[str, str]] | None = None) -> Profile:
    """The inverse of `to_document`; NO_PROFILE for `{}` and for another version.

    With `tables` only these have columns, by schema and name: a page that shows five of a hundred reads no more.
    """
    if document.get("version") != _VERSION:
        return NO_PROFILE
    return Profile(
        tuple(
            _table_from_document(table, has_columns=tables is None or (table["schema"], table["name"]) in tables)
            for table in document["tables"]
        )
    )


def _table_to_document(table: TableProfile) -> dict[str, Any]:
    return {
        "schema": table.schema,
        "name": table.name,
        **_telling(
            rows=table.rows,
            whole=table.whole,
            newest=table.newest,
            skipped=table.skipped.value if table.skipped is not None else "",
            columns=[_column_to_document(column) for column in table.columns],
        ),
    }


def _column_to_document(column: ColumnProfile) -> dict[str, Any]:
    return {
        "name": column.name,
        **_telling(
            values=column.values,
            null_share=column.null_share,
            filled_first=column.filled_first,
            filled_last=column.filled_last,
            distinct=column.distinct,
            mean_length=column.mean_length,
            shapes=[[shape.value, share] for shape, share in column.shapes],
            codes=[[code, count] for code, count in column.codes],
            lowest=column.lowest,
            highest=column.highest,
            last_filled=column.last_filled,
            samples=list(column.samples),
            test_share=column.test_share,
            references=[[one.schema, one.table, one.column, one.share, one.reach] for one in column.references],
        ),
    }


def _telling(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _table_from_document(document: dict[str, Any], *, has_columns: bool) -> TableProfile:
    skipped = document.get("skipped", "")
    return TableProfile(
        schema=document["schema"],
        name=document["name"],
        rows=document.get("rows", 0),
        whole=document.get("whole", False),
        newest=document.get("newest", ""),
        skipped=Skipped(skipped) if skipped else None,
        columns=tuple(map(_column_from_document, document.get("columns", ()))) if has_columns else (),
    )


def _column_from_document(document: dict[str, Any]) -> ColumnProfile:
    return ColumnProfile(
        name=document["name"],
        values=document.get("values", 0),
        null_share=document.get("null_share", 0.0),
        filled_first=document.get("filled_first", 0.0),
        filled_last=document.get("filled_last", 0.0),
        distinct=document.get("distinct", 0),
        mean_length=document.get("mean_length", 0.0),
        shapes=tuple((Shape(shape), share) for shape, share in document.get("shapes", ())),
        codes=tuple((code, count) for code, count in document.get("codes", ())),
        lowest=document.get("lowest", ""),
        highest=document.get("highest", ""),
        last_filled=document.get("last_filled", ""),
        samples=tuple(document.get("samples", ())),
        test_share=document.get("test_share", 0.0),
        references=_references(document.get("references", ())),
    )


def _references(found: Iterable[list[Any]]) -> tuple[Reference, ...]:
    return tuple(Reference(schema, table, column, share, reach) for schema, table, column, share, reach in found)
