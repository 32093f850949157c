import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from centers.models import Center
from centers.selection import UnknownCenterError
from dentalhub.models import AuditEvent
from mappings.approval import approve
from mappings.enums import MappingStatus, PatientIdForm
from mappings.exceptions import MappingFileError, TransitionError
from mappings.file_transfer import export_text, import_text
from mappings.models import Mapping, SchemaSnapshot
from tests.mappings.conftest import make_center


def edited(mapping: Mapping, **changes: Any) -> str:
    return json.dumps(json.loads(export_text(mapping)) | changes)


def with_table(mapping: Mapping, name: str, **changes: Any) -> str:
    data = json.loads(export_text(mapping))
    data["tables"][name] |= changes
    return json.dumps(data)


def test_export_names_everything_in_a_stable_order(proposal: Mapping) -> None:
    data = json.loads(export_text(proposal))
    assert list(data) == [
        "center_id",
        "center_name",
        "database",
        "version",
        "status",
        "generated",
        "reviewed",
        "author",
        "created_at",
        "reviewer",
        "decided_at",
        "reason",
        "content_hash",
        "snapshot",
        "tables",
        "insurance_codes",
        "unknown_codes",
        "patient_id_form",
    ]
    assert (data["generated"], data["reviewed"], data["content_hash"]) == (True, False, proposal.content_hash)
    date = next(field for field in proposal.document().table("KARTEI").fields if field.name == "DATUM")
    assert data["tables"]["KARTEI"]["columns"]["DATUM"] == {"column": "DATUM_X7", "confidence": date.confidence}
    assert data["tables"]["KARTEI"]["date_format"] == "int"
    assert data["tables"]["KARTEI"]["delete_flag"] == {"live_values": ["0"], "null_is_live": True}
    assert data["insurance_codes"] == {"P": "PKV"}
    assert export_text(proposal) == export_text(proposal)


def test_file_of_an_approved_version_says_who_decided(proposal: Mapping, admin: User, reviewer: User) -> None:
    draft = import_text(edited(proposal, insurance_codes={"G": "GKV"}), admin).mapping
    approve(draft, reviewer, reason="Compared with the practice.", all_looked_at=True)
    decided = Mapping.objects.get(pk=draft.pk)
    decided.created_at = datetime(2026, 11, 20, 9, 30, 5, 678, tzinfo=UTC)
    decided.decided_at = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    data = json.loads(export_text(decided))
    assert {key: data[key] for key in ("status", "author", "created_at", "reviewer", "decided_at", "reason")} == {
        "status": "approved",
        "author": "admin",
        "created_at": "2026-11-20T09:30:05+00:00",
        "reviewer": "reviewer",
        "decided_at": "2026-11-20T11:00:00+00:00",
        "reason": "Compared with the practice.",
    }


def test_imported_file_of_an_approved_version_is_a_draft_of_the_importer(
    proposal: Mapping, admin: User, reviewer: User
) -> None:
    text = export_text(approve(proposal, reviewer, all_looked_at=True))
    import_text(edited(proposal, insurance_codes={"G": "GKV"}), reviewer)
    back = import_text(text, admin)
    assert (back.is_new, back.mapping.status, back.mapping.author) == (True, MappingStatus.DRAFT, admin)
    assert (back.mapping.reviewer, back.mapping.decided_at, back.mapping.reason) == (None, None, "")
    assert back.mapping.content_hash == proposal.content_hash
    assert AuditEvent.objects.get(action="mapping.imported", actor=admin).details["from_version"] == 1


@pytest.mark.parametrize("version", [None, True, "2", [1]])
def test_odd_version_in_a_file_is_no_version(version: object, proposal: Mapping, reviewer: User) -> None:
    import_text(edited(proposal, version=version, insurance_codes={}), reviewer)
    assert AuditEvent.objects.get(action="mapping.imported").details["from_version"] is None


def test_new_forms_survive_the_round_trip(proposal: Mapping, reviewer: User) -> None:
    changes = {"patient_id_form": "decimal", "unknown_codes": ["BG"], "insurance_codes": {"P": "PKV", "2.0": "PKV"}}
    done = import_text(edited(proposal, **changes), reviewer)
    document = done.mapping.document()
    assert (document.patient_id_form, document.unknown_codes) == (PatientIdForm.DECIMAL, ())
    assert document.insurance_codes == (("P", "PKV"), ("2", "PKV"))
    again = json.loads(export_text(done.mapping))
    assert (again["patient_id_form"], again["insurance_codes"]) == ("decimal", {"2": "PKV", "P": "PKV"})


@pytest.mark.parametrize("form", ["german_short", "epoch", "iso"])
def test_every_date_form_can_be_imported(proposal: Mapping, reviewer: User, form: str) -> None:
    done = import_text(with_table(proposal, "KARTEI", date_format=form), reviewer)
    assert done.mapping.document().table("KARTEI").date_format == form


def test_file_without_a_patient_id_form_keeps_the_decided_one(proposal: Mapping, reviewer: User) -> None:
    decided = import_text(edited(proposal, patient_id_form="text"), reviewer).mapping
    older = json.loads(export_text(decided))
    del older["patient_id_form"], older["unknown_codes"]
    done = import_text(json.dumps(older), reviewer)
    assert (done.is_new, done.mapping.document().patient_id_form) == (False, PatientIdForm.TEXT)


def test_unchanged_file_makes_no_version(proposal: Mapping, reviewer: User) -> None:
    done = import_text(export_text(proposal), reviewer)
    assert (done.mapping, done.is_new, Mapping.objects.count()) == (proposal, False, 1)


def test_edited_file_becomes_a_draft(proposal: Mapping, reviewer: User) -> None:
    done = import_text(edited(proposal, insurance_codes={"p": "PKV", "G": "GKV"}), reviewer)
    assert (done.is_new, done.mapping.version, done.mapping.status) == (True, 2, MappingStatus.DRAFT)
    assert (done.mapping.author, done.mapping.generated) == (reviewer, False)
    assert done.mapping.document().insurance_codes == (("P", "PKV"), ("G", "GKV"))
    # What was not changed keeps the machine's evidence.
    assert done.mapping.document().table("KARTEI") == proposal.document().table("KARTEI")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "This is not a JSON file"),
        ("[" * 100_000, "This is not a JSON file"),
        ('{"center_id": "\\ud800"}', "This is not a JSON file"),
        ("[]", "The file must hold one object."),
        ('{"tables": {}}', "center_id: The center id is missing."),
        ('{"center_id": "center_01", "tables": {}}', "tables.KARTEI: The table is missing"),
    ],
)
def test_unusable_file_is_refused(text: str, message: str, proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(MappingFileError) as caught:
        import_text(text, reviewer)
    assert message in str(caught.value)
    assert Mapping.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"table": "KARTEI_99"}, "tables.KARTEI.table: There is no table ck.KARTEI_99 in the snapshot."),
        ({"table": 7}, "tables.KARTEI.table: Write a name, or null for none."),
        (
            {"columns": {"DATUM": "NOPE"}},
            "tables.KARTEI.columns.DATUM: There is no column NOPE in ck.KARTEI_X7.",
        ),
        ({"columns": {"DATE": "X"}}, "tables.KARTEI.columns.DATE: There is no canonical field of this name."),
        ({"date_format": "us"}, "tables.KARTEI.date_format: Write one of"),
        ({"delete_flag": {"live_values": [0]}}, "tables.KARTEI.delete_flag.live_values: Write a list of texts."),
        ({"delete_flag": 1}, "tables.KARTEI.delete_flag: Write an object with names and values."),
        ({"filter": "x"}, "tables.KARTEI.filter: There is no key of this name."),
    ],
)
def test_problem_names_its_path(changes: dict[str, Any], message: str, proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(MappingFileError) as caught:
        import_text(with_table(proposal, "KARTEI", **changes), reviewer)
    assert message in str(caught.value)


def test_all_problems_are_named_at_once(proposal: Mapping, reviewer: User) -> None:
    text = edited(proposal, insurance_codes={"P": "privat"}, tables={"KARTEI": {}, "CHART": {}})
    with pytest.raises(MappingFileError) as caught:
        import_text(text, reviewer)
    lines = str(caught.value).splitlines()
    assert "tables.CHART: There is no canonical table of this name." in lines
    assert "insurance_codes.P: Write one of GKV, PKV, Selbstzahler." in lines


def test_unknown_center_names_close_ones(proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(UnknownCenterError) as caught:
        import_text(edited(proposal, center_id="center_1"), reviewer)
    assert caught.value.suggestions == ("center_01",)


def test_center_without_a_snapshot_is_refused(proposal: Mapping, reviewer: User) -> None:
    make_center(2)
    with pytest.raises(MappingFileError, match="Discover it first"):
        import_text(edited(proposal, center_id="center_02"), reviewer)


def test_file_of_another_center_is_refused(proposal: Mapping, snapshot: SchemaSnapshot, reviewer: User) -> None:
    other = make_center(2)
    with pytest.raises(MappingFileError, match="for center center_01, not for center_02"):
        import_text(export_text(proposal), reviewer, only_for=other)


def test_analyst_cannot_import(proposal: Mapping, analyst: User, center: Center) -> None:
    with pytest.raises(TransitionError):
        import_text(edited(proposal, insurance_codes={}), analyst)
