"""A mapping's content as frozen data, and its JSON form. *Pure*.

The decision (which table, which column, which form) is what people approve; confidence, evidence and candidates explain
a proposal and are not part of the content hash.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from mappings.enums import DateFormat, PatientIdForm


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a proposal: a `code` that `mappings.evidence` turns into a sentence, and its parts."""

    code: str
    weight: float
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A runner-up: a column name, or `schema.table` for a table; `evidence` says why it is no more than that."""

    name: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteFlag:
    """When a row is alive: its flag is one of `live_values`, or NULL and `null_is_live`. Everything else is deleted.

    0/1: `("0",)`, True. J/N: `("N",)`, True. AKTIV (inverted): `("1",)`, False. Deletion time: `()`, True.
    """

    live_values: tuple[str, ...] = ("0",)
    null_is_live: bool = True


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Canonical field to physical column; `column` None: the source has none, or it is still open.

    `flags` warn of the column's values (codes `quality_*`).
    """

    name: str
    column: str | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    flags: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Canonical table to physical table; `schema` and `table` None: the source has none, or it is still open."""

    name: str
    schema: str | None = None
    table: str | None = None
    fields: tuple[FieldMapping, ...] = ()
    date_format: DateFormat | None = None
    delete_flag: DeleteFlag | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def column(self, field_name: str) -> str | None:
        """The physical column of a canonical field."""
        return next((item.column for item in self.fields if item.name == field_name), None)


@dataclass(frozen=True, slots=True)
class MappingDocument:
    """All canonical tables of one center, and its insurance kind codes (code to status; other codes are GKV).

    `unknown_codes` are kind codes that the source uses and nobody has decided: no decision, a question.
    """

    tables: tuple[TableMapping, ...]
    insurance_codes: tuple[tuple[str, str], ...] = field(default=(("P", "PKV"),))
    patient_id_form: PatientIdForm | None = None
    unknown_codes: tuple[str, ...] = ()

    @property
    def addresses(self) -> frozenset[tuple[str, str]]:
        """Schema and name of every physical table that is mapped."""
        return frozenset(
            (item.schema, item.table) for item in self.tables if item.schema is not None and item.table is not None
        )

    def table(self, name: str) -> TableMapping:
        """The mapping of a canonical table; an empty one where the document has none."""
        return next((table for table in self.tables if table.name == name), TableMapping(name))


def decision(document: MappingDocument) -> dict[str, Any]:
    """The part that people approve, as plain JSON data; what is not decided yet and came later is left out.

    So the content of versions from before `patient_id_form` keeps its hash.
    """
    data: dict[str, Any] = {
        "tables": {
            table.name: {
                "schema": table.schema,
                "table": table.table,
                "columns": {item.name: item.column for item in table.fields},
                "date_format": str(table.date_format) if table.date_format else None,
                "delete_flag": _flag_document(table.delete_flag),
            }
            for table in document.tables
        },
        "insurance_codes": dict(document.insurance_codes),
    }
    if document.patient_id_form is not None:
        data["patient_id_form"] = str(document.patient_id_form)
    return data


def content_hash(document: MappingDocument) -> str:
    """SHA-256 of the decision, in hexadecimal; equal decisions have equal hashes whatever their evidence."""
    text = json.dumps(decision(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_document(document: MappingDocument) -> dict[str, Any]:
    """The whole content as plain JSON data."""
    return {
        "tables": [
            {
                "name": table.name,
                "schema": table.schema,
                "table": table.table,
                "date_format": str(table.date_format) if table.date_format else None,
                "delete_flag": _flag_document(table.delete_flag),
                "confidence": table.confidence,
                "evidence": _evidence_document(table.evidence),
                "candidates": _candidates_document(table.candidates),
                "fields": [
                    {
                        "name": item.name,
                        "column": item.column,
                        "confidence": item.confidence,
                        "evidence": _evidence_document(item.evidence),
                        "candidates": _candidates_document(item.candidates),
                        "flags": _evidence_document(item.flags),
                    }
                    for item in table.fields
                ],
            }
            for table in document.tables
        ],
        "insurance_codes": dict(document.insurance_codes),
        "patient_id_form": str(document.patient_id_form) if document.patient_id_form else None,
        "unknown_codes": list(document.unknown_codes),
    }


def from_document(data: dict[str, Any]) -> MappingDocument:
    """The inverse of `to_document`, of older content too; raises KeyError, TypeError or ValueError on another shape."""
    form = data.get("patient_id_form")
    return MappingDocument(
        tables=tuple(
            TableMapping(
                name=table["name"],
                schema=table["schema"],
                table=table["table"],
                date_format=DateFormat(table["date_format"]) if table["date_format"] else None,
                delete_flag=_flag(table["delete_flag"]),
                confidence=float(table["confidence"]),
                evidence=_evidence(table["evidence"]),
                candidates=_candidates(table["candidates"]),
                fields=tuple(
                    FieldMapping(
                        name=item["name"],
                        column=item["column"],
                        confidence=float(item["confidence"]),
                        evidence=_evidence(item["evidence"]),
                        candidates=_candidates(item["candidates"]),
                        flags=_evidence(item.get("flags", [])),
                    )
                    for item in table["fields"]
                ),
            )
            for table in data["tables"]
        ),
        insurance_codes=tuple(data["insurance_codes"].items()),
        patient_id_form=PatientIdForm(form) if form else None,
        unknown_codes=tuple(str(code) for code in data.get("unknown_codes", [])),
    )


def _flag_document(flag: DeleteFlag | None) -> dict[str, Any] | None:
    if flag is None:
        return None
    return {"live_values": list(flag.live_values), "null_is_live": flag.null_is_live}


def _flag(data: dict[str, Any] | None) -> DeleteFlag | None:
    if data is None:
        return None
    return DeleteFlag(tuple(str(value) for value in data["live_values"]), bool(data["null_is_live"]))


def _evidence_document(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [{"code": item.code, "weight": item.weight, "detail": dict(item.detail)} for item in evidence]


def _evidence(data: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(item["code"], float(item["weight"]), tuple(item["detail"].items())) for item in data)


def _candidates_document(candidates: tuple[Candidate, ...]) -> list[dict[str, Any]]:
    return [
        {"name": item.name, "confidence": item.confidence, "evidence": _evidence_document(item.evidence)}
        for item in candidates
    ]


def _candidates(data: list[dict[str, Any]]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(item["name"], float(item["confidence"]), _evidence(item.get("evidence", []))) for item in data
    )
