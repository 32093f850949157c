"""Settings that come from files: NAME_FILE stands for NAME."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dentalhub.file_values import LARGEST_BYTES, FileAwareEnv, FileValues

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("geheim", "geheim"),
        ("geheim\n", "geheim"),
        ("geheim\r\n", "geheim"),
        ("geheim\n\n", "geheim\n"),
        (" mit Rand ", " mit Rand "),
        ("", ""),
        ("Größe", "Größe"),
    ],
)
def test_file_stands_for_its_variable_without_its_last_line_end(tmp_path: Path, content: str, value: str) -> None:
    file = tmp_path / "key"
    file.write_text(content, encoding="utf-8", newline="")
    assert FileValues({"KEY_FILE": str(file)})["KEY"] == value


def test_file_wins_over_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file")
    assert FileValues({"KEY": "from the variable", "KEY_FILE": str(file)})["KEY"] == "from the file"


def test_empty_name_of_a_file_says_nothing() -> None:
    assert FileValues({"KEY": "from the variable", "KEY_FILE": ""})["KEY"] == "from the variable"
    with pytest.raises(KeyError):
        FileValues({"KEY_FILE": ""})["KEY"]


def test_file_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("first")
    values = FileValues({"KEY_FILE": str(file)})
    assert values["KEY"] == "first"
    file.write_text("second")
    assert values["KEY"] == "first"


def test_missing_file_is_named_with_its_variable(tmp_path: Path) -> None:
    file = tmp_path / "key"
    with pytest.raises(ImproperlyConfigured) as raised:
        FileValues({"KEY_FILE": str(file)})["KEY"]
    assert str(raised.value) == f"KEY_FILE: {file} cannot be read: No such file or directory."


def test_file_that_is_no_text_is_refused_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"geheim\xff")
    with pytest.raises(ImproperlyConfigured) as raised:
        FileValues({"KEY_FILE": str(file)})["KEY"]
    assert str(raised.value) == f"KEY_FILE: {file} cannot be read: it is no text in UTF-8."
    assert (raised.value.__cause__, raised.value.__suppress_context__) == (None, True)


def test_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("x" * (LARGEST_BYTES + 1))
    with pytest.raises(ImproperlyConfigured, match="larger than a secret can be"):
        FileValues({"KEY_FILE": str(file)})["KEY"]


def test_lists_come_from_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text("one,two\n")
    monkeypatch.setenv("DENTALHUB_KEYS_OF_THIS_TEST_FILE", str(file))
    assert FileAwareEnv().list("DENTALHUB_KEYS_OF_THIS_TEST", default=[]) == ["one", "two"]


def test_settings_read_each_secret_from_a_file(tmp_path: Path) -> None:
    secrets = {
        "DENTALHUB_SECRET_KEY": "0123456789" * 6,
        "DENTALHUB_SECRET_KEYS": "a-key",
        "DENTALHUB_METRICS_TOKEN": "a-token",
        "DENTALHUB_PSEUDONYM_KEY": "a-pseudonym-key",
        "DENTALHUB_AUDIT_KEY": "new,old",
        "DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3",
        "DENTALHUB_CACHE_URL": "locmemcache://",
        "DENTALHUB_EMAIL_URL": "smtp+tls://user:geheim@mail.example.org:587",
    }
    for name, value in secrets.items():
        (tmp_path / name.lower()).write_text(f"{value}\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE"))}
    environment |= {f"{name}_FILE": str(tmp_path / name.lower()) for name in secrets}
    environment |= {"DENTALHUB_DATA_DIR": str(tmp_path), "DENTALHUB_ENV_FILE": str(tmp_path / "none")}
    code = (
        "from dentalhub import settings as s; print(s.SECRET_KEY, s.SECRET_KEYS, s.METRICS_TOKEN, s.PSEUDONYM_KEY, "
        "s.AUDIT_KEYS, s.DATABASES['default']['NAME'], s.CACHES['default']['BACKEND'].rpartition('.')[2], "
        "s.EMAIL_HOST_PASSWORD, sep='|')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip().split("|") == [
        "0123456789" * 6,
        "['a-key']",
        "a-token",
        "a-pseudonym-key",
        "['new', 'old']",
        f"{tmp_path}/own.sqlite3",
        "LocMemCache",
        "geheim",
    ]
