"""The installation's own secret key."""

from pathlib import Path

import pytest

from deploy import environment_file
from deploy.steps import SetupError


def _mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_environment_file_gets_a_long_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "var" / "dentalhub.env"
    environment_file.write_if_absent(file)
    name, _, key = file.read_text().strip().partition("=")
    assert (name, len(key) >= 50, _mode(file)) == ("DENTALHUB_SECRET_KEY", True, 0o600)


def test_environment_file_keeps_its_key(tmp_path: Path) -> None:
    file = tmp_path / "dentalhub.env"
    environment_file.write_if_absent(file)
    before = file.read_text()
    environment_file.write_if_absent(file)
    assert file.read_text() == before


def test_environment_file_keeps_other_lines_and_closes_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "dentalhub.env"
    file.write_text("IVORIS_PASSWORD=x")
    file.chmod(0o644)
    environment_file.write_if_absent(file)
    lines = file.read_text().splitlines()
    assert lines[0] == "IVORIS_PASSWORD=x"
    assert lines[1].startswith("DENTALHUB_SECRET_KEY=")
    assert _mode(file) == 0o600


def test_environment_file_differs_between_installations(tmp_path: Path) -> None:
    files = [tmp_path / "one.env", tmp_path / "two.env"]
    for file in files:
        environment_file.write_if_absent(file)
    assert files[0].read_text() != files[1].read_text()


def test_environment_file_below_a_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(SetupError, match="make its folder writable"):
        environment_file.write_if_absent(tmp_path / "var" / "dentalhub.env")
