"""The perfect mapping of a center, taken from its ground truth, as the content of a mapping file (*pure*)."""

from typing import Any

_DATE_FORMATS = {
    "int": "int",
    "yyyymmdd": "text",
    "dd.mm.yyyy": "german",
    "date": "date",
    "datetime2": "datetime",
}
_DELETE_FLAGS: dict[str, dict[str, Any] | None] = {
    "0/1": {"live_values": ["0"], "null_is_live": True},
    "J/N": {"live_values": ["N"], "null_is_live": True},
    "inverted": {"live_values": ["1"], "null_is_live": False},
    "absent": None,
}
# Nobody guessed it.
_UNPROPOSED: dict[str, Any] = {"confidence": 0.0, "evidence": [], "candidates": []}


def mapping_content(truth: dict[str, Any]) -> dict[str, Any]:
    """What a version of the center's mapping holds, for a center whose ground truth is `truth`."""
    return {
        "tables": [_table(name, table, truth["semantics"]) for name, table in truth["mapping"].items()],
        "insurance_codes": truth["semantics"]["insurance_codes"],
        "patient_id_form": None,
        "unknown_codes": [],
    }


def _table(name: str, table: dict[str, Any] | None, semantics: dict[str, Any]) -> dict[str, Any]:
    found = table or {"schema": None, "table": None, "columns": {}}
    form = semantics.get(f"{name}.DATUM") if table else None
    return {
        "name": name,
        "schema": found["schema"],
        "table": found["table"],
        "date_format": _DATE_FORMATS[form] if form else None,
        "delete_flag": _DELETE_FLAGS[semantics["delete_flags"][name]] if table else None,
        "fields": [{"name": field, "column": column, **_UNPROPOSED} for field, column in found["columns"].items()],
        **_UNPROPOSED,
    }
