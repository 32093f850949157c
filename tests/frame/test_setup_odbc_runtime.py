"""Finding the driver manager and the driver."""

import configparser
import ctypes
import os
import sys
from pathlib import Path

import pytest

from dentalhub import odbc_runtime

REGISTERED = "[ODBC]\nPooling = Yes\nTrace=No\n\n[FreeTDS]\nDriver = /opt/libtdsodbc.so\n"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's own folder of odbcinst.ini; the process's environment comes back afterwards."""
    directory = tmp_path / "etc"
    directory.mkdir()
    monkeypatch.setenv("ODBCSYSINI", str(directory))
    monkeypatch.setenv("ODBCINSTINI", "odbcinst.ini")
    # Remembered for the process's life, in which other tests read sources.
    monkeypatch.setattr(odbc_runtime, "_pooled_at_start", lambda: None)
    return directory


def _read(file: Path) -> configparser.ConfigParser:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(file)
    return settings


def _lacking(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    def load(name: str, *, mode: int) -> None:
        raise OSError(f"{library}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", load)


@pytest.mark.usefixtures("system")
def test_driver_comes_with_pip() -> None:
    driver = odbc_runtime.driver_path()
    assert isinstance(driver, Path)
    assert driver.is_file()
    assert "msodbcsql" in driver.name


def test_driver_registered_on_the_machine_is_preferred(system: Path) -> None:
    library = system / "libmsodbcsql.so"
    library.touch()
    (system / "odbcinst.ini").write_text(f"[{odbc_runtime.DRIVER_NAME}]\nDescription=x\nDRIVER={library}\n")
    assert odbc_runtime.driver_path() == library


def test_driver_registered_but_gone_is_not_used(system: Path) -> None:
    (system / "odbcinst.ini").write_text(f"[{odbc_runtime.DRIVER_NAME}]\nDriver={system}/gone.so\n")
    assert odbc_runtime.driver_path() != system / "gone.so"


def test_driver_that_is_nowhere_is_its_name(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odbc_runtime, "_driver_from_wheel", lambda: None)
    assert odbc_runtime.driver_path() == odbc_runtime.DRIVER_NAME


def test_missing_is_none_when_everything_loads() -> None:
    assert odbc_runtime.missing() is None


@pytest.mark.usefixtures("system")
def test_missing_driver_manager_is_one_sentence_with_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(odbc_runtime, "_distribution_folder", lambda: "debian_ubuntu")
    _lacking(monkeypatch, "libodbc.so.2")
    assert odbc_runtime.missing() == (
        "libodbc.so.2 cannot be loaded, so no source can be read: "
        "run `make setup` again, or `apt-get install libodbc2 libgssapi-krb5-2` as root."
    )


def test_missing_names_the_package_manager_of_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odbc_runtime, "_distribution_folder", lambda: "rhel")
    _lacking(monkeypatch, "libodbc.so.2")
    assert "`dnf install unixODBC" in (odbc_runtime.missing() or "")


def test_missing_library_is_the_one_that_an_unpacked_one_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odbc_runtime, "unpacked_directory", lambda: tmp_path)
    (tmp_path / "libodbc.so.2").touch()
    _lacking(monkeypatch, "libltdl.so.7")
    assert odbc_runtime.missing_library() == "libltdl.so.7"


def test_preload_leaves_the_systems_own_library_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(odbc_runtime, "unpacked_directory", lambda: tmp_path)
    monkeypatch.setattr(odbc_runtime, "_load_error", loaded.append)
    (tmp_path / "libodbc.so.2").touch()
    odbc_runtime.preload()
    assert loaded == ["libodbc.so.2"]


def test_configured_environment_has_no_pooling_and_keeps_registered_drivers(system: Path, tmp_path: Path) -> None:
    (system / "odbcinst.ini").write_text(REGISTERED)
    file = odbc_runtime.configure_environment(tmp_path / "var")
    settings = _read(file)
    assert dict(settings["ODBC"]) == {"pooling": "No", "trace": "No"}
    assert settings["FreeTDS"]["Driver"] == "/opt/libtdsodbc.so"
    assert settings[odbc_runtime.DRIVER_NAME]["Driver"] == str(odbc_runtime.driver_path())
    assert os.environ["ODBCSYSINI"] == str(tmp_path / "var")


def test_configured_environment_is_the_same_in_a_child(system: Path, tmp_path: Path) -> None:
    (system / "odbcinst.ini").write_text(REGISTERED)
    file = odbc_runtime.configure_environment(tmp_path / "var")
    before = (file.read_text(), file.stat().st_mtime_ns)
    assert odbc_runtime.configure_environment(tmp_path / "var") == file
    assert (file.read_text(), file.stat().st_mtime_ns) == before
    assert [entry.name for entry in file.parent.iterdir()] == ["odbcinst.ini"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("text", ["", "no section at all\n", "[ODBC\nPooling", "[ODBC]\n# Zähler\n"])
def test_configured_environment_survives_a_file_that_nobody_understands(
    system: Path, tmp_path: Path, text: str
) -> None:
    (system / "odbcinst.ini").write_text(text, encoding="latin-1")
    settings = _read(odbc_runtime.configure_environment(tmp_path / "var"))
    assert settings["ODBC"]["Pooling"] == "No"


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("value", ["Yes", "y", "1", "on", "ON  "])
def test_pooling_that_somebody_wrote_into_our_own_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    file = odbc_runtime.configure_environment(tmp_path / "var")
    monkeypatch.setattr(odbc_runtime, "_directory_in_use", lambda: file.parent)
    assert odbc_runtime.pooling_refusal(file) is None
    file.write_text(f"[ODBC]\n  pooling = {value}\n")
    assert f"of {file} and start again" in (odbc_runtime.pooling_refusal(file) or "")


@pytest.mark.usefixtures("system")
def test_pooling_is_judged_by_the_start_where_the_driver_manager_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = odbc_runtime.configure_environment(tmp_path / "var")
    monkeypatch.setattr(odbc_runtime, "_directory_in_use", lambda: None)
    assert odbc_runtime.pooling_refusal(file) is None
    monkeypatch.setattr(odbc_runtime, "_pooled_at_start", lambda: tmp_path / "x.ini")
    assert "x.ini" in (odbc_runtime.pooling_refusal(file) or "")
