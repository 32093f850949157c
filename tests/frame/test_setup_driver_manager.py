"""Getting the libraries that pip does not bring."""

from pathlib import Path

import pytest

from deploy import debian, driver_manager
from deploy.steps import SetupError

SENTENCE = "libodbc.so.2 cannot be loaded: do this."


class Machine:
    """A machine that lacks libraries; `unpack` and `install` stand in for Debian's tools."""

    def __init__(self, *lacks: str, may_install: bool = False, may_unpack: bool = True) -> None:
        self.lacks = list(lacks)
        self.may_install = may_install
        self.may_unpack = may_unpack
        self.got: list[str] = []

    def ask(self, venv: Path, question: str) -> str | None:
        if question == "missing":
            return SENTENCE
        return self.lacks[0] if self.lacks else None

    def install(self, package: str, *, log: Path) -> bool:
        return self.may_install and self._get(f"install {package}")

    def unpack(self, package: str, scratch: Path, *, log: Path) -> Path | None:
        if not self.may_unpack:
            return None
        library = self.lacks[0]
        self._get(f"unpack {package}")
        folder = scratch / package
        folder.mkdir(parents=True)
        (folder / f"{library}.0.0").write_text(package)
        (folder / library).symlink_to(f"{library}.0.0")
        return scratch

    def _get(self, what: str) -> bool:
        self.got.append(what)
        self.lacks.pop(0)
        return True


def _ensure(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_manager, "_ask", machine.ask)
    monkeypatch.setattr(debian, "install", machine.install)
    monkeypatch.setattr(debian, "unpack", machine.unpack)
    driver_manager.ensure(tmp_path / ".venv", tmp_path / "scratch")


def test_driver_manager_that_loads_needs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()
    _ensure(machine, tmp_path, monkeypatch)
    assert machine.got == []


def test_driver_manager_is_installed_where_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine("libodbc.so.2", may_install=True)
    _ensure(machine, tmp_path, monkeypatch)
    assert machine.got == ["install libodbc2"]


def test_driver_manager_is_unpacked_with_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine("libodbc.so.2", "libltdl.so.7")
    _ensure(machine, tmp_path, monkeypatch)
    target = tmp_path / ".venv" / "lib" / "odbc"
    assert machine.got == ["unpack libodbc2", "unpack libltdl7"]
    assert {file.name: file.read_text() for file in target.iterdir()} == {
        "libodbc.so.2": "libodbc2",
        "libltdl.so.7": "libltdl7",
    }
    assert [file for file in target.iterdir() if file.is_symlink()] == []


def test_driver_manager_that_cannot_be_had_ends_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SetupError, match=SENTENCE):
        _ensure(Machine("libodbc.so.2", may_unpack=False), tmp_path, monkeypatch)


def test_driver_manager_needing_an_unknown_library_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine("libweird.so.1", may_install=True)
    with pytest.raises(SetupError):
        _ensure(machine, tmp_path, monkeypatch)
    assert machine.got == []
