"""With what nothing starts: no command, no worker, no web server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.management import get_commands, load_command_class
from pytest_django import Settings

from dentalhub import odbc_runtime, start_checks
from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DENTALHUB_SECURE": "1",
    "DENTALHUB_ALLOWED_HOSTS": "dentalhub.example.org",
    "DENTALHUB_PUBLIC_URL": "https://dentalhub.example.org",
    "DENTALHUB_CSRF_TRUSTED_ORIGINS": "https://dentalhub.example.org",
    "DENTALHUB_BEHIND_PROXY": "1",
    "DENTALHUB_PSEUDONYM_KEY": "of the tests, and of nothing else",
}


def started(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A process of its own with settings of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE_URL"))}
    given = {"DENTALHUB_ENV_FILE": os.devnull, "DENTALHUB_DATA_DIR": str(folder), "DENTALHUB_SECRET_KEY": SECRET_KEY}
    environment = {name: value for name, value in (kept | given | variables).items() if value}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90
    )


def ids(messages: list[CheckMessage]) -> list[str | None]:
    """The codes of `messages`."""
    return [message.id for message in messages]


def test_production_settings_pass_every_check_of_a_deployment(tmp_path: Path) -> None:
    done = started(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"DENTALHUB_SECRET_KEY": ""}, "Set DENTALHUB_SECRET_KEY"),
        ({"DENTALHUB_SECRET_KEY": "short"}, "dentalhub.E003"),
        ({"DENTALHUB_ALLOWED_HOSTS": "*"}, "dentalhub.E004"),
        ({"DENTALHUB_DEBUG": "1", "DENTALHUB_ALLOWED_HOSTS": "hub.example"}, "dentalhub.E005"),
        ({"DENTALHUB_ALLOWED_HOSTS": "hub.example"}, "dentalhub.E006"),
        (PRODUCTION | {"DENTALHUB_PUBLIC_URL": "http://hub.example"}, "dentalhub.E007"),
    ],
)
def test_no_command_runs_with_it(tmp_path: Path, variables: dict[str, str], code: str) -> None:
    done = started(tmp_path, "manage.py", "extract", **variables)
    assert (done.returncode, code in done.stderr) == (1, True)


def test_every_command_of_ours_checks_at_its_start() -> None:
    """But for those that only say whether workers are heard, look at files, or save what is there."""
    ours = {"dentalhub", "centers", "mappings", "extraction"}
    found = {
        name: load_command_class(app, name).requires_system_checks
        for name, app in get_commands().items()
        if isinstance(app, str) and app in ours
    }
    unchecked = {name for name, wanted in found.items() if wanted != "__all__" and start_checks.START not in wanted}
    assert unchecked == {"watchdog", "propose_from_files", "backup", "restore"}


def test_web_server_does_not_start_with_it(tmp_path: Path) -> None:
    done = started(tmp_path, "-c", "import dentalhub.wsgi", DENTALHUB_SECRET_KEY="short")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "DENTALHUB_SECRET_KEY, and each of DENTALHUB_SECRET_KEY_FALLBACKS, must be random and have 50 signs or more; "
        "`make setup` writes one."
    )


@pytest.mark.parametrize(
    "key", ["short", "a" * 80, "abc" * 30, "django-insecure-" + SECRET_KEY, "CHANGE-ME " + SECRET_KEY]
)
def test_guessable_key_is_found(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert ids(start_checks.secret_key_is_secret()) == ["dentalhub.E003"]


def test_former_key_is_looked_at_too(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECRET_KEY, ["short"]
    assert ids(start_checks.secret_key_is_secret()) == ["dentalhub.E003"]
    settings.SECRET_KEY_FALLBACKS = []
    assert start_checks.secret_key_is_secret() == []


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("hub.localhost", True),
        ("hub.example", False),
        (".localhost.example", False),
        ("10.0.0.1", False),
        ("*", False),
        ("", False),
    ],
)
def test_which_hosts_are_this_machine(host: str, expected: bool) -> None:
    assert start_checks.is_this_machine(host) is expected


@pytest.mark.parametrize("hosts", [["*"], ["localhost", "*.example"]])
def test_host_of_any_name_is_found(settings: Settings, hosts: list[str]) -> None:
    settings.ALLOWED_HOSTS = hosts
    assert ids(start_checks.hosts_are_named()) == ["dentalhub.E004"]


def test_debug_is_for_this_machine_only(settings: Settings) -> None:
    settings.DEBUG, settings.SECURE, settings.ALLOWED_HOSTS = True, False, ["localhost"]
    assert start_checks.public_hosts_are_served_safely() == []
    settings.ALLOWED_HOSTS = ["localhost", "hub.example"]
    assert ids(start_checks.public_hosts_are_served_safely()) == ["dentalhub.E005", "dentalhub.E006"]


def test_secure_is_not_taken_back(settings: Settings) -> None:
    settings.SECURE, settings.DEBUG = True, True
    settings.PUBLIC_URL, settings.CSRF_TRUSTED_ORIGINS = "http://hub.example", ["http://a.example", "https://b.example"]
    assert ids(start_checks.secure_is_meant_everywhere()) == ["dentalhub.E007"] * 3
    settings.SECURE = False
    assert start_checks.secure_is_meant_everywhere() == []


def test_pooling_of_the_user_is_found(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings.DATA_DIR = tmp_path / "data"
    assert start_checks.driver_manager_keeps_no_connections() == []
    (tmp_path / ".odbcinst.ini").write_text("[ODBC]\nPooling = Yes\n")
    assert ids(start_checks.driver_manager_keeps_no_connections()) == ["dentalhub.E008"]


def test_our_own_file_counts_where_it_cannot_be_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "odbcinst.ini").write_text("[ODBC]\nPooling = Yes\n")
    assert odbc_runtime.pooling_beside(tmp_path) is None
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert odbc_runtime.pooling_beside(tmp_path) is not None
