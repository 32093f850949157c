import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from centers.credentials import resolve
from centers.exceptions import CredentialError
from centers.secret import Secret


def test_resolve_reads_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVORIS_TEST", "s;e}c ret")
    assert resolve("env:IVORIS_TEST") == Secret("s;e}c ret")


@pytest.mark.parametrize("reference", ["file:austria/wien", "file:link"])
def test_resolve_reads_below_the_directory_also_through_links(
    settings: Settings, tmp_path: Path, reference: str
) -> None:
    settings.CREDENTIAL_DIR = tmp_path
    (tmp_path / "austria").mkdir()
    (tmp_path / "austria" / "wien").write_text("geheim", encoding="utf-8")
    (tmp_path / "link").symlink_to("austria/wien")
    assert resolve(reference) == Secret("geheim")


@pytest.mark.parametrize("name", ["link", "folder/key"])
def test_resolve_of_a_link_out_of_the_directory_is_refused(settings: Settings, tmp_path: Path, name: str) -> None:
    settings.CREDENTIAL_DIR = tmp_path / "secrets"
    (tmp_path / "secrets").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "key").write_text("geheim", encoding="utf-8")
    (tmp_path / "secrets" / "link").symlink_to(tmp_path / "elsewhere" / "key")
    (tmp_path / "secrets" / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CredentialError) as caught:
        resolve(f"file:{name}")
    assert str(caught.value) == f"The secret file {name} leads out of the directory for secrets."


def test_resolve_of_a_directory_beside_the_allowed_one_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.CREDENTIAL_DIR = tmp_path / "secrets"
    for folder in ("secrets", "secrets-of-others"):
        (tmp_path / folder).mkdir()
    (tmp_path / "secrets-of-others" / "key").write_text("geheim", encoding="utf-8")
    (tmp_path / "secrets" / "link").symlink_to("../secrets-of-others/key")
    with pytest.raises(CredentialError, match="leads out of the directory"):
        resolve("file:link")


@pytest.mark.parametrize("kind", ["pipe", "folder", "large", "binary"])
def test_resolve_of_what_is_no_small_text_file_is_refused(settings: Settings, tmp_path: Path, kind: str) -> None:
    settings.CREDENTIAL_DIR = tmp_path
    makers: dict[str, Callable[[Path], object]] = {
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "large": lambda path: path.write_bytes(b"x" * 70_000),
        "binary": lambda path: path.write_bytes(b"\xff\xfe"),
    }
    makers[kind](tmp_path / kind)
    with pytest.raises(CredentialError) as caught:
        resolve(f"file:{kind}")
    assert str(caught.value) == f"The secret file {kind} cannot be read."


def test_resolve_reads_a_file_without_its_last_line_end(settings: Settings, tmp_path: Path) -> None:
    settings.CREDENTIAL_DIR = tmp_path
    (tmp_path / "berlin").write_text("geheim \n", encoding="utf-8")
    assert resolve("file:berlin") == Secret("geheim ")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("env:IVORIS_NOT_THERE", "The environment variable IVORIS_NOT_THERE is not set."),
        ("file:not_there", "The secret file not_there cannot be read."),
        ("env:PATH", "The variable's name must begin with IVORIS_."),
    ],
)
def test_resolve_of_what_leads_nowhere_names_the_reference(reference: str, message: str) -> None:
    with pytest.raises(CredentialError) as caught:
        resolve(reference)
    assert str(caught.value) == message
