"""The JSON file of one center's mapping: stable when written, with errors that name the path when read. *Pure*."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.decisions import Decision, Problem, TableDecision
from mappings.document import DeleteFlag, MappingDocument, TableMapping
from mappings.enums import DateFormat, InsuranceStatus, PatientIdForm
from mappings.exceptions import MappingFileError
from mappings.insurance_kinds import code_key

_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says besides the mapping itself: for people, and not read back; times are UTC in ISO 8601."""

    center_id: str
    center_name: str
    database: str
    version: int
    status: str
    generated: bool
    reviewed: bool
    author: str | None
    created_at: str | None
    reviewer: str | None
    decided_at: str | None
    reason: str
    content_hash: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """What is read from a file; `from_version` is the version that was exported, None where the file names none."""

    center_id: str
    decision: Decision
    from_version: int | None


def write(facts: FileFacts, document: MappingDocument) -> str:
    """The file's text; equal mappings give equal texts, so that it is fit for a version control."""
    data = {
        "center_id": facts.center_id,
        "center_name": facts.center_name,
        "database": facts.database,
        "version": facts.version,
        "status": facts.status,
        "generated": facts.generated,
        "reviewed": facts.reviewed,
        "author": facts.author,
        "created_at": facts.created_at,
        "reviewer": facts.reviewer,
        "decided_at": facts.decided_at,
        "reason": facts.reason,
        "content_hash": facts.content_hash,
        "snapshot": facts.fingerprint,
        "tables": {table.name: _table_data(table) for table in document.tables},
        "insurance_codes": dict(sorted(document.insurance_codes)),
        # A question to whoever edits the file: a code is decided among the insurance_codes.
        "unknown_codes": list(document.unknown_codes),
        "patient_id_form": str(document.patient_id_form) if document.patient_id_form else None,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def read(text: str) -> FileContent:
    """Center id and choices of a file. Raises MappingFileError with every problem and its path."""
    try:
        data = json.loads(text)
        # Half a surrogate pair is JSON, but no text: neither the database nor a page takes it.
        json.dumps(data, ensure_ascii=False).encode()
    except (RecursionError, ValueError) as error:
        raise MappingFileError(_("This is not a JSON file: %(problem)s") % {"problem": error}) from error
    reader = _Reader()
    center_id, decision = reader.file(data)
    if reader.problems:
        raise MappingFileError("\n".join(str(problem) for problem in reader.problems[:_MOST_PROBLEMS]))
    version = data.get("version")
    is_number = isinstance(version, int) and not isinstance(version, bool)
    return FileContent(center_id, decision, version if is_number else None)


def _table_data(table: TableMapping) -> dict[str, Any]:
    flag = table.delete_flag
    return {
        "schema": table.schema,
        "table": table.table,
        "confidence": table.confidence,
        "columns": {item.name: {"column": item.column, "confidence": item.confidence} for item in table.fields},
        "date_format": str(table.date_format) if table.date_format else None,
        "delete_flag": {"live_values": list(flag.live_values), "null_is_live": flag.null_is_live} if flag else None,
    }


class _Reader:
    """Walks the data and notes every problem instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def file(self, data: Any) -> tuple[str, Decision]:
        if not isinstance(data, dict):
            self._note("", _("The file must hold one object."))
            return "", Decision({}, ())
        center_id = data.get("center_id")
        if not isinstance(center_id, str) or not center_id:
            self._note("center_id", _("The center id is missing."))
        tables = self._object(data.get("tables"), "tables")
        known = {table.name: table for table in canonical_tables()}
        for name in tables.keys() - known.keys():
            self._note(f"tables.{name}", _("There is no canonical table of this name."))
        for name in known.keys() - tables.keys():
            self._note(f"tables.{name}", _("The table is missing; a source without it has null as its table."))
        choices = {name: self._table(known[name], tables[name]) for name in known if name in tables}
        codes = self._codes(data.get("insurance_codes", {}))
        return str(center_id), Decision(choices, codes, self._patient_id_form(data.get("patient_id_form")))

    def _table(self, canonical: CanonicalTable, data: Any) -> TableDecision:
        path = f"tables.{canonical.name}"
        entry = self._object(data, path)
        for key in entry.keys() - {"schema", "table", "confidence", "columns", "date_format", "delete_flag"}:
            self._note(f"{path}.{key}", _("There is no key of this name."))
        columns = self._object(entry.get("columns", {}), f"{path}.columns")
        names = [field.name for field in canonical.fields]
        for name in columns.keys() - set(names):
            self._note(f"{path}.columns.{name}", _("There is no canonical field of this name."))
        return TableDecision(
            schema=self._name(entry.get("schema"), f"{path}.schema"),
            table=self._name(entry.get("table"), f"{path}.table"),
            columns={name: self._column(columns.get(name), f"{path}.columns.{name}") for name in names},
            date_format=self._date_format(entry.get("date_format"), f"{path}.date_format"),
            delete_flag=self._delete_flag(entry.get("delete_flag"), f"{path}.delete_flag"),
        )

    def _column(self, data: Any, path: str) -> str | None:
        return self._name(data.get("column"), f"{path}.column") if isinstance(data, dict) else self._name(data, path)

    def _name(self, value: Any, path: str) -> str | None:
        if value is None or (isinstance(value, str) and value):
            return value
        self._note(path, _("Write a name, or null for none."))
        return None

    def _date_format(self, value: Any, path: str) -> DateFormat | None:
        return DateFormat(value) if self._is_choice(value, DateFormat.values, path) else None

    def _patient_id_form(self, value: Any) -> PatientIdForm | None:
        return PatientIdForm(value) if self._is_choice(value, PatientIdForm.values, "patient_id_form") else None

    def _is_choice(self, value: Any, choices: list[str], path: str) -> bool:
        """True for one of the choices, False for null; anything else is a problem."""
        if value is not None and value not in choices:
            self._note(path, _("Write one of %(choices)s, or null.") % {"choices": ", ".join(choices)})
        return value in choices

    def _delete_flag(self, data: Any, path: str) -> DeleteFlag | None:
        if data is None:
            return None
        entry = self._object(data, path)
        values, null_is_live = entry.get("live_values"), entry.get("null_is_live")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self._note(f"{path}.live_values", _("Write a list of texts."))
            return None
        if not isinstance(null_is_live, bool):
            self._note(f"{path}.null_is_live", _("Write true or false."))
            return None
        return DeleteFlag(tuple(values), null_is_live)

    def _codes(self, data: Any) -> tuple[tuple[str, str], ...]:
        entry = self._object(data, "insurance_codes")
        for code, status in entry.items():
            if status not in InsuranceStatus.values:
                choices = {"choices": ", ".join(InsuranceStatus.values)}
                self._note(f"insurance_codes.{code}", _("Write one of %(choices)s.") % choices)
        return tuple((code_key(str(code)), str(status)) for code, status in entry.items())

    def _object(self, data: Any, path: str) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        self._note(path, _("Write an object with names and values."))
        return {}

    def _note(self, path: str, sentence: str) -> None:
        self.problems.append(Problem(path, sentence))
