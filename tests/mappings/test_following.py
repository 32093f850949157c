from dataclasses import replace

import pytest

from centers.catalog import Catalog
from mappings.document import DeleteFlag, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.drift import drift
from mappings.enums import DateFormat, PatientIdForm
from mappings.evidence import reasons
from mappings.following import followed, previous_document, with_history
from tests.mappings.catalogs import catalog, table

KARTEI = "ID int, PATNR int, DATUM int, DELKZ int"
KASSEN = TableMapping("KASSEN", "ck", "KASSEN", (FieldMapping("ART", "NAME"),))
FLAG = DeleteFlag(("7",), null_is_live=False)


def approved() -> MappingDocument:
    fields = (
        FieldMapping("PATNR", "PATNR", 0.97),
        FieldMapping("DATUM", "DATUM", 0.98, (Evidence("type_fits", 0.1),)),
        FieldMapping("DELKZ", "DELKZ", 1.0),
    )
    kartei = TableMapping("KARTEI", "ck", "KARTEI", fields, DateFormat.INT, FLAG, 0.9)
    return MappingDocument((kartei, KASSEN), insurance_codes=(("B", "PKV"),))


def source(name: str = "KARTEI", columns: str = KARTEI) -> Catalog:
    return catalog(table(name, 10, columns), table("KASSEN", 10, "ID int, NAME varchar:60"))


def test_nothing_is_followed_where_nothing_was_renamed() -> None:
    assert followed(approved(), drift(approved(), source(), source())) is None


def test_rename_is_followed_and_names_the_old_decision() -> None:
    new = source("KARTEI_X7", KARTEI.replace("DATUM", "DATUM_3A4"))
    found = followed(approved(), drift(approved(), source(), new))
    assert found is not None
    kartei = found.table("KARTEI")
    assert (kartei.table, kartei.column("DATUM"), kartei.column("PATNR")) == ("KARTEI_X7", "DATUM_3A4", "PATNR")
    assert kartei.evidence == (Evidence("renamed_since", 0.0, (("name", "ck.KARTEI"),)),)
    assert kartei.fields[1] == FieldMapping(
        "DATUM", "DATUM_3A4", 0.98, (Evidence("renamed_since", 0.0, (("name", "DATUM"),)), Evidence("type_fits", 0.1))
    )
    assert reasons(kartei.fields[1].evidence)[0].sentence == (
        "The approved version has DATUM here; only the affix of the name changed."
    )


def test_previous_document_leaves_out_what_is_gone_or_no_longer_fits() -> None:
    new = source("KARTEI_X7", "ID int, DATUM date, DELKZ char:1")
    kartei = previous_document(approved(), source(), new).table("KARTEI")
    assert (kartei.table, kartei.column("PATNR"), kartei.column("DATUM")) == ("KARTEI_X7", None, "DATUM")
    assert (kartei.date_format, kartei.delete_flag) == (None, None)


def test_previous_document_without_the_table_says_nothing_about_it() -> None:
    found = previous_document(approved(), source(), catalog())
    assert found.table("KARTEI") == TableMapping("KARTEI", fields=tuple(map(FieldMapping, ("PATNR", "DATUM", "DELKZ"))))


def test_proposal_tells_the_old_names_and_keeps_decided_codes() -> None:
    previous = previous_document(approved(), source(), source("KARTEI_X7"))
    proposed = replace(
        previous, tables=_without_evidence(previous), insurance_codes=(("P", "PKV"),), unknown_codes=("B", "C")
    )
    told = with_history(proposed, previous, seen_values=True)
    assert told.table("KARTEI").evidence == (Evidence("renamed_since", 0.0, (("name", "ck.KARTEI"),)),)
    assert told.insurance_codes == (("P", "PKV"), ("B", "PKV"))
    assert told.unknown_codes == ("C",)


def test_codes_of_another_column_are_not_kept() -> None:
    other = replace(KASSEN, fields=(FieldMapping("ART", "ID"),))
    proposed = MappingDocument((other,), insurance_codes=(("2", "PKV"),), unknown_codes=("B",))
    assert with_history(proposed, approved(), seen_values=True) == proposed


def test_proposal_of_another_column_tells_nothing() -> None:
    previous = previous_document(approved(), source(), source(columns=KARTEI.replace("DATUM", "DATUM_X7")))
    other = replace(
        previous.table("KARTEI"), fields=(FieldMapping("DATUM", "ID", 0.6),), date_format=None, delete_flag=None
    )
    told = with_history(replace(previous, tables=(other,)), previous, seen_values=False)
    assert told.table("KARTEI") == other


def test_approved_forms_are_kept_only_where_no_values_were_seen() -> None:
    guessed = replace(approved().table("KARTEI"), date_format=DateFormat.EPOCH, delete_flag=DeleteFlag())
    proposed = replace(approved(), tables=(guessed,))
    without_values = with_history(proposed, approved(), seen_values=False).table("KARTEI")
    with_values = with_history(proposed, approved(), seen_values=True).table("KARTEI")
    assert (without_values.date_format, without_values.delete_flag) == (DateFormat.INT, FLAG)
    assert (with_values.date_format, with_values.delete_flag) == (DateFormat.EPOCH, DeleteFlag())


@pytest.mark.parametrize("seen_values", [False, True])
def test_approved_form_of_patient_ids_is_kept_for_the_same_column(seen_values: bool) -> None:
    proposed = replace(approved(), patient_id_form=PatientIdForm.TEXT)
    previous = replace(approved(), patient_id_form=PatientIdForm.INTEGER)
    assert with_history(proposed, previous, seen_values=seen_values).patient_id_form == PatientIdForm.INTEGER


def test_form_of_patient_ids_goes_with_their_type() -> None:
    document = replace(approved(), patient_id_form=PatientIdForm.INTEGER)
    new = source(columns=KARTEI.replace("PATNR int", "PATNR varchar:20"))
    assert previous_document(document, source(), new).patient_id_form is None


def test_first_proposal_has_no_history() -> None:
    assert with_history(approved(), None, seen_values=False) == approved()


def _without_evidence(document: MappingDocument) -> tuple[TableMapping, ...]:
    return tuple(
        replace(item, evidence=(), fields=tuple(replace(field, evidence=()) for field in item.fields))
        for item in document.tables
    )
