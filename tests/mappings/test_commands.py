import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from centers import catalog as catalogs
from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center
from centers.samples import Skipped
from mappings import discovery
from mappings.discovery import store_catalog
from mappings.document import from_document
from mappings.models import Mapping, SchemaSnapshot
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.sampled import samples_for


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every source answers with the standard schema, but that of center_02 refuses."""

    def read(spec: object, database: str) -> catalogs.Catalog:
        if database == "DentalDB_02":
            raise SourceError(SourceErrorKind.REFUSED, "The server refuses the connection.")
        return standard()

    skipped = {"TERMIN": Skipped.EMPTY, "RECHNUNG": Skipped.FORBIDDEN}
    monkeypatch.setattr(discovery, "read_catalog", read)
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: samples_for(standard(), skipped))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def fails(code: int, *arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    assert caught.value.returncode == code
    return str(caught.value)


def test_discover_raw_names_each_center(center: Center, sources: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "discover_raw").splitlines() == [
        "center_01: 9 tables, 44 columns; values of 7 tables looked at, not: empty 1, no right to read 1",
        "1 of 1 centers discovered.",
    ]


def test_discover_raw_as_json_counts_what_was_not_looked_at(
    center: Center, sources: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = json.loads(run(capsys, "discover_raw", "--json"))
    assert (row["profiled"], row["not_profiled"]) == (7, {"empty": 1, "forbidden": 1})


def test_discover_raw_without_sampling_says_so(
    center: Center, sources: None, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SAMPLE_ROWS = 0
    line = run(capsys, "discover_raw").splitlines()[0]
    assert line == "center_01: 9 tables, 44 columns; values of 0 tables looked at, not: switched off 9"


def test_discover_raw_goes_on_after_a_failure(
    center: Center, sources: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_center(2)
    assert fails(1, "discover_raw", "--json") == "Not discovered: center_02"
    data = json.loads(capsys.readouterr().out)
    assert [(row["center_id"], row.get("error")) for row in data] == [
        ("center_01", None),
        ("center_02", "The server refuses the connection."),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("discover_raw", "-c", "center_1"),
        ("generate_mappings", "-c", "center_1"),
        ("show_mapping", "center_1"),
        ("export_mapping", "center_1"),
        ("approve_mapping", "center_1", "--version", "1", "--as", "reviewer"),
    ],
)
def test_unknown_center_names_close_ones(arguments: Iterable[str], center: Center) -> None:
    assert fails(2, *arguments) == "There is no center center_1. Close names: center_01."


def test_generate_mappings_drafts_and_writes(
    snapshot: SchemaSnapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, "generate_mappings", "--output", str(tmp_path / "new")).splitlines()
    assert lines == ["center_01: version 1, clear", "1 of 1 centers proposed, 1 without a question."]
    data = json.loads((tmp_path / "new" / "center_01.json").read_text(encoding="utf-8"))
    assert (data["generated"], data["reviewed"], data["status"]) == (True, False, "draft")


def test_generate_mappings_needs_a_snapshot(center: Center) -> None:
    assert fails(1, "generate_mappings") == "Not discovered yet, run discover_raw first: center_01"


def test_show_mapping_without_an_id_is_an_overview(proposal: Mapping, capsys: pytest.CaptureFixture[str]) -> None:
    make_center(2)
    assert run(capsys, "show_mapping").splitlines() == [
        "center_01  waiting for review  v1",
        "center_02  not discovered",
    ]


def test_show_mapping_shows_fields(proposal: Mapping, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "show_mapping", "center_01", "--version", "1").splitlines()
    assert lines[0] == "center_01 version 1, draft"
    assert "  DATUM      DATUM_X7  0.99 certain" in lines


def test_show_mapping_as_json_is_the_file(proposal: Mapping, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(run(capsys, "show_mapping", "center_01", "--json"))["content_hash"] == proposal.content_hash


def test_show_mapping_without_one_is_bad_usage(center: Center) -> None:
    assert fails(2, "show_mapping", "center_01") == "center_01 has no mapping yet."
    assert fails(2, "show_mapping", "center_01", "--version", "3") == "center_01 has no version 3."


def test_export_and_import_go_round(
    proposal: Mapping, reviewer: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "center_01.json"
    run(capsys, "export_mapping", "center_01", "--output", str(file))
    said = run(capsys, "import_mapping", str(file), "--as", "reviewer")
    assert said == "center_01 v1 says the same already.\n"
    file.write_text(file.read_text(encoding="utf-8").replace('"PKV"', '"GKV"'), encoding="utf-8")
    assert run(capsys, "import_mapping", str(file), "--as", "reviewer") == "center_01 v2 is a new draft.\n"


def test_export_all_writes_one_file_each(proposal: Mapping, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_center(2)
    run(capsys, "export_mapping", "--all", "--output", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["center_01.json"]


def test_export_needs_a_target(center: Center) -> None:
    assert fails(2, "export_mapping") == "Name one center, or give --all."
    assert fails(2, "export_mapping", "--all") == "--all needs a folder, and takes no --version."


def test_import_of_an_unusable_file_is_bad_input(proposal: Mapping, reviewer: User, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    assert fails(2, "import_mapping", str(file), "--as", "reviewer").startswith("The file cannot be read")
    file.write_text("{}", encoding="utf-8")
    assert fails(2, "import_mapping", str(file), "--as", "reviewer").startswith("center_id:")
    file.write_bytes(b"\xff")
    assert fails(2, "import_mapping", str(file), "--as", "reviewer") == "The file is not UTF-8 text."
    assert fails(2, "import_mapping", str(file), "--as", "nobody") == "There is no active user nobody."


def test_approve_obeys_the_rules(
    proposal: Mapping, reviewer: User, admin: User, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("approve_mapping", "center_01", "--version", "1", "--as")
    assert fails(2, *arguments, "admin") == "Only a reviewer can decide about a mapping."
    assert run(capsys, *arguments, "reviewer") == (
        "center_01 v1 is approved.\n29 choices were taken without a look of their own: "
        "PATIENT, PATIENT.ID, PATIENT.P_NAME, PATIENT.P_VORNAME, PATIENT.DELKZ and 24 more\n"
    )
    assert fails(2, *arguments, "reviewer").startswith("Version 1 is already approved, by reviewer on ")


def test_propose_from_files_reads_plain_and_packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = catalogs.to_document(standard())
    for table in source["tables"]:
        del table["foreign_keys"]
    text = json.dumps(source | {"center_id": "a"})
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(text.replace('"a"', '"b"').encode()))
    assert run(capsys, "propose_from_files", str(tmp_path), str(tmp_path / "out")) == "2 proposals written.\n"
    found = json.loads((tmp_path / "out" / "b.json").read_text(encoding="utf-8"))
    assert found["KARTEI"]["table"] == "ck.KARTEI"
    assert found["KARTEI"]["columns"]["DELKZ"] == {"actual": "DELKZ", "confidence": 0.99, "inverted": False}


def test_propose_from_files_refuses_what_is_no_schema(tmp_path: Path) -> None:
    assert fails(2, "propose_from_files", str(tmp_path / "gone"), str(tmp_path / "out")).endswith("is not a directory.")
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    assert "is not a schema document" in fails(2, "propose_from_files", str(tmp_path), str(tmp_path / "out"))


def test_stored_mapping_reads_back(proposal: Mapping, center: Center) -> None:
    assert from_document(Mapping.objects.get().content) == proposal.document()
    assert store_catalog(center, proposal.snapshot.catalog()).is_new is False


def test_approve_refuses_another_base_than_the_one_that_was_seen(proposal: Mapping, reviewer: User) -> None:
    arguments = ("approve_mapping", "center_01", "--version", "1", "--as", "reviewer", "--approved", "4")
    assert fails(2, *arguments).startswith("No version is approved any more since you opened version 1.")
    assert Mapping.objects.get().status == "draft"
