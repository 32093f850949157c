"""Debian packages without root rights: stand-ins for apt-get and dpkg-deb record what they are asked."""

import os
from pathlib import Path

import pytest

from deploy import debian

APT_GET = """#!/bin/sh
echo "$*" >> "$CALLS"
case " $* " in
  *" update "*)
    for word; do
      case $word in Dir::State=*) touch "${word#Dir::State=}/lists/mirror_Packages" ;; esac
    done ;;
  *" download "*)
    case "$SYSTEM_LISTS $*" in stale*Dir::State*|fresh*) ;; *) exit 100 ;; esac
    for package; do :; done; touch "$package.deb" ;;
esac
"""
DPKG_DEB = """#!/bin/sh
mkdir -p "$3" && touch "$3/$(basename "$2")"
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in (("apt-get", APT_GET), ("dpkg-deb", DPKG_DEB)):
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def _asked(calls: Path) -> list[str]:
    return [
        word
        for line in calls.read_text().splitlines()
        for word in line.split()
        if word in {"update", "download", "install"}
    ]


def test_unpack_uses_the_systems_lists_when_they_serve(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM_LISTS", "fresh")
    unpacked = debian.unpack("libodbc2", tmp_path / "scratch", log=tmp_path / "log")
    assert unpacked is not None
    assert [file.name for file in unpacked.iterdir()] == ["libodbc2.deb"]
    assert _asked(calls) == ["download"]


def test_unpack_fetches_own_lists_once_when_the_systems_do_not_serve(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM_LISTS", "stale")
    for package in ("libodbc2", "libltdl7"):
        assert debian.unpack(package, tmp_path / "scratch", log=tmp_path / "log") is not None
    assert _asked(calls) == ["download", "update", "download", "download"]


def test_unpack_without_apt_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert debian.unpack("libodbc2", tmp_path / "scratch", log=tmp_path / "log") is None


def test_install_is_refused_without_root_rights(calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert debian.install("libodbc2", log=tmp_path / "log") is False
    assert calls.exists() is False


def test_install_as_root_asks_apt(calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert debian.install("libodbc2", log=tmp_path / "log") is True
    assert _asked(calls) == ["install"]
