from collections.abc import Callable
from dataclasses import replace

import pytest

from mappings.checks import Check, run_checks
from mappings.confidence import Sureness, sureness
from mappings.document import DeleteFlag, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, PatientIdForm
from mappings.proposal import propose
from mappings.readiness import has_proven_dates, unambiguous
from tests.mappings.catalogs import standard, with_column

Change = Callable[[TableMapping], TableMapping]


def changed(name: str, change: Change) -> MappingDocument:
    document = propose(standard())
    return replace(document, tables=tuple(change(table) if table.name == name else table for table in document.tables))


def set_field(name: str, column: str | None, confidence: float = 1.0) -> Change:
    def change(table: TableMapping) -> TableMapping:
        fields = tuple(
            replace(item, column=column, confidence=confidence) if item.name == name else item for item in table.fields
        )
        return replace(table, fields=fields)

    return change


def failed(document: MappingDocument) -> list[Check]:
    return [check for check in run_checks(document, standard()) if not check.ok]


def test_clean_proposal_passes_every_check() -> None:
    checks = run_checks(propose(standard()), standard())
    assert [check.code for check in checks if check.ok] == [
        "required",
        "in_snapshot",
        "used_once",
        "date_form",
        "delete_flag",
        "insurance_codes",
        "patient_ids",
    ]
    assert failed(propose(standard())) == []


def absent(table: TableMapping) -> TableMapping:
    return TableMapping(table.name, fields=tuple(FieldMapping(item.name) for item in table.fields))


@pytest.mark.parametrize(
    ("document", "code", "sentence"),
    [
        (changed("KARTEI", set_field("DATUM", None)), "required", "KARTEI.DATUM has no column."),
        (changed("KARTEI", absent), "required", "KARTEI has no table."),
        (
            changed("KARTEI", set_field("PATNR", "PATNR_X")),
            "in_snapshot",
            "KARTEI.PATNR: there is no column PATNR_X in the snapshot.",
        ),
        (
            changed("KARTEI", lambda table: replace(table, table="KARTEI_X")),
            "in_snapshot",
            "KARTEI: there is no table ck.KARTEI_X in the snapshot.",
        ),
        (
            changed("KARTEI", set_field("PATNR", "ID")),
            "used_once",
            "KARTEI: the column ID is used for more than one field.",
        ),
        (
            changed("KARTEI", lambda table: replace(table, date_format=None)),
            "date_form",
            "KARTEI.DATUM: choose the form of the dates that fits the column's type.",
        ),
        (
            changed("KARTEI", lambda table: replace(table, date_format=DateFormat.GERMAN)),
            "date_form",
            "KARTEI.DATUM: choose the form of the dates that fits the column's type.",
        ),
        (
            changed("KASSEN", lambda table: replace(table, delete_flag=None)),
            "delete_flag",
            "KASSEN: say which values of the delete flag mark a living row.",
        ),
        (
            replace(propose(standard()), insurance_codes=(("G", "AOK"),)),
            "insurance_codes",
            "The insurance code G leads to no known status.",
        ),
        (
            changed("KASSEN", lambda table: replace(table, delete_flag=DeleteFlag(("N",), True))),
            "delete_flag",
            "KASSEN: the values of the delete flag do not fit its column of type int.",
        ),
        (
            changed("LEISTUNG", lambda table: replace(table, date_format=DateFormat.ISO)),
            "date_form",
            "LEISTUNG.DATUM: choose the form of the dates that fits the column's type.",
        ),
    ],
)
def test_check_forbids(document: MappingDocument, code: str, sentence: str) -> None:
    problems = failed(document)
    assert [(check.code, check.sentence, check.blocks) for check in problems] == [(code, sentence, True)]


@pytest.mark.parametrize(
    ("data_type", "length", "form", "fits"),
    [
        ("bigint", 0, DateFormat.EPOCH, True),
        ("int", 0, DateFormat.EPOCH, True),
        ("varchar", 10, DateFormat.EPOCH, False),
        ("char", 8, DateFormat.GERMAN_SHORT, True),
        ("char", 8, DateFormat.GERMAN, False),
        ("int", 0, DateFormat.GERMAN_SHORT, False),
        ("varchar", 10, DateFormat.ISO, True),
        ("datetime2", 0, DateFormat.DATE, True),
        ("datetime2", 0, DateFormat.INT, False),
    ],
)
def test_date_form_must_fit_the_type(data_type: str, length: int, form: DateFormat, fits: bool) -> None:
    document = changed("KARTEI", lambda table: replace(table, date_format=form))
    source = with_column(standard(), "KARTEI", "DATUM", "DATUM", data_type, length)
    codes = {check.code for check in run_checks(document, source) if check.blocks}
    assert codes == (set() if fits else {"date_form"})


def test_codes_that_nobody_decided_are_a_hint() -> None:
    document = replace(propose(standard()), unknown_codes=("BG", "X"))
    assert failed(document) == [
        Check(
            "insurance_codes",
            False,
            "The source uses insurance codes that nobody has decided; they count as GKV: BG, X.",
            hint=True,
        )
    ]
    assert failed(replace(document, insurance_codes=(("BG", "GKV"), ("X", "PKV")))) == []


@pytest.mark.parametrize(
    ("form", "blocks"),
    [(None, True), (PatientIdForm.TEXT, True), (PatientIdForm.INTEGER, False), (PatientIdForm.DECIMAL, False)],
)
def test_ids_of_two_sorts_need_a_form(form: PatientIdForm | None, blocks: bool) -> None:
    document = replace(propose(standard()), patient_id_form=form)
    source = with_column(standard(), "PATKASSE", "PATNR", "PATNR", "char", 8)
    problems = [check for check in run_checks(document, source) if not check.ok]
    assert [(check.code, check.blocks) for check in problems] == ([("patient_ids", True)] if blocks else [])


def test_one_table_for_two_is_forbidden() -> None:
    document = changed("KASSEN", lambda table: replace(table, table="PATIENT"))
    assert "used_once" in {check.code for check in failed(document)}


def test_missing_services_are_a_hint() -> None:
    assert [(check.code, check.blocks) for check in failed(changed("LEISTUNG", absent))] == [("missing_table", False)]


@pytest.mark.parametrize(
    ("document", "clear"),
    [
        (propose(standard()), True),
        (changed("KARTEI", set_field("DATUM", "DATUM", 0.89)), False),
        (changed("KARTEI", set_field("DATUM", "DATUM", 0.9)), True),
        (changed("KARTEI", set_field("DATUM", None)), False),
        (changed("KARTEI", lambda table: replace(table, confidence=0.89)), False),
        (changed("KARTEI", lambda table: replace(table, date_format=None)), False),
        (changed("KASSEN", absent), False),
        (changed("PATIENT", absent), True),
        (changed("KARTEI", set_field("DELKZ", "DELKZ", 0.6)), False),
    ],
)
def test_unambiguous(document: MappingDocument, clear: bool) -> None:
    assert unambiguous(document) is clear


@pytest.mark.parametrize(
    ("form", "code", "proven"),
    [
        (DateFormat.INT, "date_form_by_type", True),
        (DateFormat.INT, "date_form_guessed", False),
        (DateFormat.GERMAN, "date_form_guessed", False),
        (DateFormat.GERMAN, "date_form_by_values", True),
        (DateFormat.EPOCH, "date_form_by_values", True),
        (DateFormat.ISO, "name_canonical", False),
        (DateFormat.DATETIME, "name_canonical", True),
    ],
)
def test_dates_are_proven_by_types_or_values(form: DateFormat, code: str, proven: bool) -> None:
    table = TableMapping("KARTEI", "ck", "K", date_format=form, evidence=(Evidence(code, 1.0),))
    assert has_proven_dates(MappingDocument((table,))) is proven


def test_guessed_date_form_is_for_a_person() -> None:
    text = propose(with_column(standard(), "KARTEI", "DATUM", "DATUM", "varchar", 10))
    assert (has_proven_dates(text), unambiguous(text)) == (False, False)


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, Sureness.CERTAIN),
        (0.9, Sureness.CERTAIN),
        (0.89, Sureness.LIKELY),
        (0.7, Sureness.LIKELY),
        (0.5, Sureness.UNSURE),
        (0.49, Sureness.OPEN),
    ],
)
def test_word_of_a_confidence(confidence: float, word: Sureness) -> None:
    assert sureness(confidence) == word
