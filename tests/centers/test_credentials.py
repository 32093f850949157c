from pathlib import Path

import pytest
from pytest_django import Settings

from centers.credentials import resolve
from centers.exceptions import CredentialError


def test_resolve_reads_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVORIS_TEST", "s;e}c ret")
    assert resolve("env:IVORIS_TEST") == "s;e}c ret"


def test_resolve_reads_a_file_without_its_last_line_end(settings: Settings, tmp_path: Path) -> None:
    settings.CREDENTIAL_DIR = tmp_path
    (tmp_path / "berlin").write_text("geheim \n", encoding="utf-8")
    assert resolve("file:berlin") == "geheim "


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
