"""When set-up has nothing to do."""

import platform
from pathlib import Path

import pytest

from deploy import stamp


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    return tmp_path


def _is_current(project: Path, lock: str) -> bool:
    return stamp.is_current(project / ".venv", project / lock)


def test_stamp_is_missing_before_the_first_time(project: Path) -> None:
    assert _is_current(project, "requirements.lock") is False


def test_stamp_fits_what_was_installed(project: Path) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    assert _is_current(project, "requirements.lock") is True


def test_stamp_of_the_runtime_does_not_serve_tests(project: Path) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    assert _is_current(project, "requirements-dev.lock") is False


def test_stamp_of_development_serves_the_runtime_too(project: Path) -> None:
    stamp.write(project / ".venv", project / "requirements-dev.lock")
    assert _is_current(project, "requirements.lock") is True


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_stamp_goes_stale_when_a_file_changes(project: Path, changed: str) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    (project / changed).write_text("other")
    assert _is_current(project, "requirements.lock") is False


def test_stamp_goes_stale_with_another_python(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert _is_current(project, "requirements.lock") is False


def test_stamp_goes_stale_when_the_checkout_moves(project: Path, tmp_path: Path) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    moved = project.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert _is_current(moved, "requirements.lock") is False


def test_stamp_does_not_count_without_the_interpreter(project: Path) -> None:
    stamp.write(project / ".venv", project / "requirements.lock")
    (project / ".venv" / "bin" / "python").unlink()
    assert _is_current(project, "requirements.lock") is False


def test_stamp_that_is_damaged_counts_as_none(project: Path) -> None:
    (project / ".venv" / stamp.FILE_NAME).write_text("[1")
    assert _is_current(project, "requirements.lock") is False
