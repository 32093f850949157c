import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from mappings.approval import approve, reject
from mappings.comparing import compare, usual_sides
from mappings.diff import ChangeKind
from mappings.diff_document import comparison_data, comparison_text
from mappings.discovery import store_catalog
from mappings.document import MappingDocument
from mappings.exceptions import ComparisonError
from mappings.models import Mapping
from mappings.versions import new_version, propose_for
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import approved_center, plain_draft, plain_mapping
from tests.mappings.test_drift_state import renamed, widened


def with_code(center: Center, code: str = "G") -> Mapping:
    """A draft that says what one more insurance code means."""
    document = replace(plain_mapping(), insurance_codes=(("P", "PKV"), (code, "GKV")))
    return new_version(center, center.snapshots.latest(), document, author=None, generated=False)


@pytest.fixture
def approved(reviewer: User) -> Center:
    """center_01 with version 1 approved, and version 2, a draft with one more code."""
    center = approved_center(1, reviewer)
    with_code(center)
    return center


@pytest.fixture
def random_names(reviewer: User) -> Center:
    """center_02, whose approved mapping has the same names with affixes, and whose newer draft is not approved."""
    center = make_center(2)
    snapshot = store_catalog(center, standard(affix=True)).snapshot
    approve(propose_for(center, snapshot), reviewer, all_looked_at=True)
    new_version(center, snapshot, MappingDocument(()), author=None, generated=False)
    return center


@pytest.mark.parametrize(("left", "right"), [("approved", "2"), ("1", "newest"), ("center_01", "center_01/2")])
def test_version_against_version(left: str, right: str, approved: Center) -> None:
    found = compare(approved, left, right)
    assert [(row.field, row.kind) for row in found.changed] == [("insurance_codes.G", ChangeKind.ADDED)]
    assert (found.left.version, found.right.version) == (1, 2)
    assert found.right.label == "center_01, version 2 (draft)"
    assert found.only_affix == ()


def test_version_against_itself_has_no_changes(approved: Center) -> None:
    assert compare(approved, "2", "2").changed == ()


def test_approved_version_against_the_newest_snapshot(approved: Center) -> None:
    store_catalog(approved, renamed())
    found = compare(approved, "approved", "snapshot")
    (row,) = found.changed
    assert (row.field, row.kind, row.after) == ("KARTEI.BEMERKUNG", ChangeKind.CHANGED, "BEMERKUNG_Z9Z")
    assert (row.only_affix, row.is_breaking) == (True, True)
    assert (found.right.version, found.right.fingerprint) == (None, approved.snapshots.latest().fingerprint)


def test_lost_column_is_removed_and_a_wider_type_breaks_nothing(approved: Center) -> None:
    store_catalog(approved, widened())
    (row,) = compare(approved, "1", "snapshot").changed
    assert (row.kind, row.after, row.is_breaking) == (ChangeKind.CHANGED, "NAME nvarchar(200)", False)
    store_catalog(approved, standard(without=["PATKASSE"]))
    removed = compare(approved, "approved", "snapshot").changed
    assert {(row.field.partition(".")[0], row.kind, row.is_breaking) for row in removed} == {
        ("PATKASSE", ChangeKind.REMOVED, True)
    }


def test_snapshot_of_the_version_itself_has_no_changes(approved: Center) -> None:
    found = compare(approved, "approved", "snapshot")
    assert found.changed == ()
    assert len(found.unchanged) > 20


def test_other_centers_names_differ_only_by_their_affix(approved: Center, random_names: Center) -> None:
    found = compare(approved, "approved", "center_02")
    assert (found.is_between_centers, found.right.version) == (True, 1)
    assert ("KARTEI.DATUM", "DATUM", "DATUM_X7") in [(row.field, row.before, row.after) for row in found.only_affix]
    assert not any(row.only_affix for row in found.changed)


def test_other_centers_newest_version_counts_where_none_is_approved(approved: Center) -> None:
    plain_draft(make_center(3))
    assert compare(approved, "1", "center_03").right.label == "center_03, version 1 (draft)"
    assert compare(approved, "1", "center_03/newest").right.version == 1


def test_center_without_an_approved_version_adds_everything(center: Center) -> None:
    plain_draft(center)
    found = compare(center, "approved", "newest")
    assert {row.kind for row in found.rows} == {ChangeKind.ADDED}
    assert found.left.label == "center_01, no approved version"


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        ("", "2", "Choose two sides to compare."),
        ("1", "", "Choose two sides to compare."),
        ("9", "1", "center_01 has no version 9."),
        ("1", "center_1", "There is no center center_1. Close names: center_01."),
        ("1", "center_01/x", "x is no number of a version."),
        ("1", "center_02/1", "There is no center center_02. Close names: center_01."),
        ("1", "9999999999", "There is no center 9999999999."),
        ("snapshot", "1", "The snapshot is always the right side."),
    ],
)
def test_side_that_does_not_exist_is_named(left: str, right: str, message: str, approved: Center) -> None:
    with pytest.raises(ComparisonError) as caught:
        compare(approved, left, right)
    assert str(caught.value) == message


def test_center_without_a_mapping_cannot_be_compared(approved: Center) -> None:
    empty = make_center(3)
    with pytest.raises(ComparisonError, match="center_03 has no mapping yet"):
        compare(approved, "1", "center_03")
    with pytest.raises(ComparisonError, match="none is approved yet"):
        compare(empty, "approved", "snapshot")
    assert usual_sides(empty) is None


def test_usual_sides_are_what_is_newer(approved: Center, reviewer: User) -> None:
    assert usual_sides(approved) == ("approved", "newest")
    assert usual_sides(approved_center(2, reviewer)) == ("approved", "snapshot")


def test_comparison_asks_no_more_for_longer_histories(
    approved: Center, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("A", "B", "C"):
        with_code(approved, code)
    with django_assert_num_queries(2):
        compare(approved, "approved", "newest")


def test_json_names_both_sides_in_a_fixed_order(approved: Center) -> None:
    found = compare(approved, "1", "2")
    data = comparison_data(found)
    assert list(data) == ["left", "right", "counts", "rows"]
    assert list(data["left"]) == ["center_id", "version", "status", "snapshot"]
    assert list(data["counts"].items())[:3] == [("added", 1), ("removed", 0), ("changed", 0)]
    assert [row for row in data["rows"] if row["kind"] != "unchanged"] == [
        {
            "field": "insurance_codes.G",
            "kind": "added",
            "before": "",
            "after": "GKV",
            "only_affix": False,
            "is_breaking": False,
            "sentence": "Only the right side says what this code means.",
        }
    ]
    assert json.loads(comparison_text(found)) == data


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    call_command("show_mapping", "center_01", *arguments)
    return capsys.readouterr().out.splitlines()


def test_show_mapping_diff_is_with_the_approved_version(approved: Center, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "--diff")
    assert lines[:3] == [
        "Left:  center_01, version 1 (approved)",
        "Right: center_01, version 2 (draft)",
        "+ insurance_codes.G: - -> GKV  (Only the right side says what this code means.)",
    ]
    assert lines[3].startswith("1 added, 0 removed, 0 changed, ")
    assert lines == shown(capsys, "--diff", "approved") == shown(capsys, "--diff", "1")
    assert shown(capsys, "--version", "1", "--diff", "2")[2].startswith("- insurance_codes.G: GKV -> -")
    assert "Nothing differs." in shown(capsys, "--diff", "--version", "1")


def test_show_mapping_diff_with_the_snapshot(approved: Center, capsys: pytest.CaptureFixture[str]) -> None:
    store_catalog(approved, renamed())
    right, line = shown(capsys, "--diff", "snapshot")[1:3]
    assert right == "Right: center_01, newest snapshot"
    assert line.startswith("~ KARTEI.BEMERKUNG: BEMERKUNG -> BEMERKUNG_Z9Z  (breaking: Only the affix of its name")


def test_show_mapping_diff_with_another_center(
    approved: Center, random_names: Center, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(capsys, "--diff", "center_02")
    assert lines[:2] == ["Left:  center_01, version 1 (approved)", "Right: center_02, version 1 (approved)"]
    assert "~ KARTEI: ck.KARTEI -> ck.KARTEI_X7  (The names differ only by their affix.)" in lines


def test_show_mapping_diff_as_json_is_the_pages_file(approved: Center, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("show_mapping", "center_01", "--diff", "1", "--json")
    assert capsys.readouterr().out == comparison_text(compare(approved, "1", "newest"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--diff", "9"], "center_01 has no version 9."),
        (["--diff", "center_7"], "There is no center center_7. Close names: center_01."),
        (["--diff", "--version", "9"], "center_01 has no version 9."),
    ],
)
def test_show_mapping_diff_with_nothing_is_bad_usage(arguments: list[str], message: str, approved: Center) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("show_mapping", "center_01", *arguments)
    assert (caught.value.returncode, str(caught.value)) == (2, message)


def test_show_mapping_diff_needs_a_center(db: None) -> None:
    with pytest.raises(CommandError, match="Name the center to compare") as caught:
        call_command("show_mapping", "--diff")
    assert caught.value.returncode == 2


def test_rejected_version_can_be_compared(approved: Center, reviewer: User) -> None:
    reject(Mapping.objects.get(version=2), reviewer, "G is wrong.")
    assert compare(approved, "1", "2").right.status == "rejected"
