import json
import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.core.management import CommandError, call_command
from pytest_django import Settings

from centers.models import Center
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.exceptions import MappingFolderError
from mappings.file_folder import MOST_FILE_BYTES, MappingFolder, folder_at, versioning_problem
from mappings.file_transfer import export_text
from mappings.models import Mapping
from mappings.versions import propose_for
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center


@pytest.fixture
def two_centers(proposal: Mapping) -> list[Mapping]:
    """center_01 and center_02 with a draft each; center_03 has none."""
    second = make_center(2)
    make_center(3)
    return [proposal, propose_for(second, store_catalog(second, standard()).snapshot)]


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    call_command("export_mapping", *arguments)
    return capsys.readouterr().out.splitlines()


def refused(code: int, *arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    assert caught.value.returncode == code
    return str(caught.value)


def test_export_all_writes_one_file_for_each_center(
    two_centers: list[Mapping], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "mappings"
    assert exported(capsys, "--all", str(folder)) == [
        "Written: center_01.json",
        "Written: center_02.json",
        "2 files written, 0 unchanged, 0 removed.",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["center_01.json", "center_02.json"]
    assert (folder / "center_01.json").read_text(encoding="utf-8") == export_text(two_centers[0])


def test_file_that_says_the_same_is_not_touched(
    two_centers: list[Mapping], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(capsys, "--all", str(tmp_path))
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    (tmp_path / "center_02.json").write_text("{}", encoding="utf-8")
    assert exported(capsys, "--all", str(tmp_path)) == [
        "Written: center_02.json",
        "1 files written, 1 unchanged, 0 removed.",
    ]
    assert (tmp_path / "center_01.json").stat().st_mtime == 1


def test_second_discovery_of_the_same_schema_changes_no_file(
    two_centers: list[Mapping], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(capsys, "--all", str(tmp_path))
    for mapping in two_centers:
        again = store_catalog(mapping.center, mapping.snapshot.catalog())
        propose_for(mapping.center, again.snapshot)
    assert exported(capsys, "--all", str(tmp_path))[-1] == "0 files written, 2 unchanged, 0 removed."


def test_shorter_text_leaves_no_rest_of_the_longer(
    two_centers: list[Mapping], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "center_01.json"
    file.write_text(export_text(two_centers[0]) + " " * 500, encoding="utf-8")
    exported(capsys, "--all", str(tmp_path))
    assert file.read_text(encoding="utf-8") == export_text(two_centers[0])


def test_prune_removes_files_of_centers_without_a_mapping_and_nothing_else(
    two_centers: list[Mapping], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {"center_id": "center_77", "tables": {}}
    kept = {"package.json": "{}", "center_78.json": json.dumps(gone), "broken.json": "{", "README.md": "mappings"}
    for name, text in {**kept, "center_77.json": json.dumps(gone)}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert "0 removed" in exported(capsys, "--all", str(tmp_path))[-1]
    assert exported(capsys, "--all", str(tmp_path), "--prune") == [
        "Removed: center_77.json",
        "0 files written, 2 unchanged, 1 removed.",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "center_01.json", "center_02.json"}


def test_prune_of_an_empty_network_removes_nothing(center: Center, tmp_path: Path) -> None:
    file = tmp_path / "center_01.json"
    file.write_text('{"center_id": "center_01", "tables": {}}', encoding="utf-8")
    message = "No center has a mapping here: nothing was removed."
    assert refused(2, "export_mapping", "--all", str(tmp_path), "--prune") == message
    assert file.exists()


def test_setting_names_the_usual_folder(
    proposal: Mapping, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAPPING_FOLDER = str(tmp_path / "usual")
    exported(capsys, "--all")
    exported(capsys, "--all", "--output", str(tmp_path / "other"))
    assert [(tmp_path / name / "center_01.json").exists() for name in ("usual", "other")] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["center_01", "--prune"], "--prune needs --all."),
        (["--all", "x", "--version", "1"], "--all needs a folder, and takes no --version."),
        (["--all", "ftp://host/x"], "Write s3://bucket/prefix, or the name of a folder."),
        (["--all", "s3://B/x"], "Write s3://bucket/prefix, or the name of a folder."),
    ],
)
def test_wrong_usage_of_export(arguments: list[str], message: str, proposal: Mapping) -> None:
    assert refused(2, "export_mapping", *arguments) == message


def test_folder_that_is_a_file_is_refused(proposal: Mapping, tmp_path: Path, reviewer: User) -> None:
    file = tmp_path / "x"
    file.write_text("", encoding="utf-8")
    assert refused(2, "export_mapping", "--all", str(file)).startswith(f"{file} cannot be used: ")


def test_import_of_a_folder_makes_drafts(
    two_centers: list[Mapping], tmp_path: Path, reviewer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(capsys, "--all", str(tmp_path))
    file = tmp_path / "center_02.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"PKV"', '"GKV"'), encoding="utf-8")
    (tmp_path / "README.md").write_text("no mapping", encoding="utf-8")
    call_command("import_mapping", str(tmp_path), "--as", "reviewer")
    assert capsys.readouterr().out.splitlines() == [
        "center_01 v1 says the same already.",
        "center_02 v2 is a new draft.",
    ]
    draft = Mapping.objects.get(center__center_id="center_02", version=2)
    assert (draft.status, draft.author) == (MappingStatus.DRAFT, reviewer)


def test_file_with_a_problem_does_not_stop_the_others(
    two_centers: list[Mapping], tmp_path: Path, reviewer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(capsys, "--all", str(tmp_path))
    (tmp_path / "center_01.json").write_bytes(b"\xff")
    (tmp_path / "huge.json").write_text(" " * (MOST_FILE_BYTES + 1), encoding="utf-8")
    message = refused(1, "import_mapping", str(tmp_path), "--as", "reviewer")
    assert message == "Not imported: center_01.json, huge.json"
    said = capsys.readouterr()
    assert said.out == "center_02 v1 says the same already.\n"
    assert said.err.splitlines() == [
        "center_01.json: The file is not UTF-8 text.",
        "huge.json: The file is too large for a mapping.",
    ]


def test_folder_of_nothing_usable_is_bad_input(
    proposal: Mapping, tmp_path: Path, reviewer: User, analyst: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(2, "import_mapping", str(tmp_path), "--as", "reviewer") == f"{tmp_path} holds no mapping file."
    exported(capsys, "--all", str(tmp_path))
    assert refused(2, "import_mapping", str(tmp_path), "--as", "analyst") == "Not imported: center_01.json"


def test_any_storage_of_django_will_do() -> None:
    folder = MappingFolder(InMemoryStorage(), "memory")
    assert (folder.names(), folder.read("a.json"), folder.write("a.json", "ä")) == ([], None, True)
    assert (folder.names(), folder.read("a.json"), folder.write("a.json", "ä")) == (["a.json"], "ä", False)
    folder.remove("a.json")
    assert folder.names() == []
    assert versioning_problem(folder) == ""


def test_storage_that_keeps_copies_is_refused(tmp_path: Path) -> None:
    folder = MappingFolder(FileSystemStorage(location=tmp_path), "copies")
    folder.write("a.json", "1")
    with pytest.raises(MappingFolderError, match="copies does not overwrite files"):
        folder.write("a.json", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_folder_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    folder = folder_at(str(tmp_path / "none"))
    assert (folder.names(), folder.read("a.json")) == ([], None)
