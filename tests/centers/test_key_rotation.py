"""`rotate_keys` leaves every password readable: whatever is changed, killed or run twice meanwhile."""

import base64
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from centers import key_rotation
from centers.credentials import password_of
from centers.management.commands import rotate_keys as rotate_command
from centers.models import DatabaseServer, StoredSecret
from centers.sealing import is_key, key_id, key_id_of
from centers.secret import Secret
from centers.stored_secrets import store
from dentalhub.models import AuditEvent
from tests.centers.makers import make_server

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW, LOST = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
KILLS, PASSWORDS = 15, 400


@pytest.fixture
def servers(settings: Settings, db: None) -> list[DatabaseServer]:
    """Three servers whose passwords the old key sealed; the new one is the first by now."""
    settings.SECRET_KEYS = [OLD]
    found = [make_server(f"s{number}", port=1500 + number) for number in range(3)]
    for server in found:
        store(server, Secret(f"password {server.code}"))
    settings.SECRET_KEYS = [NEW, OLD]
    return found


def rotate_keys(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def passwords() -> list[Secret]:
    return [password_of(server.spec()) for server in DatabaseServer.objects.order_by("code")]


def test_rotation_seals_all_with_the_first_key(servers: list[DatabaseServer], settings: Settings) -> None:
    before = {server.credential for server in servers}
    said = rotate_keys().splitlines()
    assert said == ["Encrypted anew: 3", f"key {key_id(NEW)} (first): 3", f"key {key_id(OLD)}: 0"]
    settings.SECRET_KEYS = [NEW]
    assert passwords() == [Secret(f"password s{number}") for number in range(3)]
    assert set(DatabaseServer.objects.values_list("credential", flat=True)) == before
    event = AuditEvent.objects.get()
    assert (event.action, event.target, event.details) == (
        "secret.keys_rotated",
        f"key {key_id(NEW)}",
        {"count": 3},
    )
    assert rotate_keys().splitlines()[0] == "Encrypted anew: 0"
    assert AuditEvent.objects.count() == 1


def test_dry_run_changes_nothing(servers: list[DatabaseServer]) -> None:
    before = list(StoredSecret.objects.values_list("sealed", flat=True))
    assert json.loads(rotate_keys("--dry-run", "--json")) == {
        "dry_run": True,
        "first_key": key_id(NEW),
        "rotated": 0,
        "remaining": 3,
        "by_key": {key_id(OLD): 3},
        "unreadable": {},
    }
    assert (list(StoredSecret.objects.values_list("sealed", flat=True)), AuditEvent.objects.count()) == (before, 0)


def test_rotation_goes_on_past_what_it_cannot_read(servers: list[DatabaseServer], settings: Settings) -> None:
    settings.SECRET_KEYS = [LOST]
    store(servers[1], Secret("verloren"))
    settings.SECRET_KEYS = [NEW, OLD]
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("rotate_keys", stdout=out, stderr=out)
    assert (caught.value.returncode, str(caught.value)) == (1, "Passwords that another key has encrypted: 1.")
    reference = DatabaseServer.objects.get(code="s1").credential
    reason = f"was encrypted with the key {key_id(LOST)}, which DENTALHUB_SECRET_KEYS lacks."
    assert out.getvalue().splitlines() == [
        f"{reference}: The stored password {reason}",
        "Encrypted anew: 2",
        f"key {key_id(NEW)} (first): 2",
        f"key {key_id(OLD)}: 0",
        f"key {key_id(LOST)} (missing): 1",
    ]


@pytest.mark.parametrize(("keys", "message"), [([], "is empty"), (["geheim"], "a key that is none")])
def test_rotation_without_a_key_is_wrong_usage(
    servers: list[DatabaseServer], settings: Settings, keys: list[str], message: str
) -> None:
    settings.SECRET_KEYS = keys
    with pytest.raises(CommandError, match=message) as caught:
        rotate_keys()
    assert caught.value.returncode == 2


def test_new_key_is_one_also_where_the_old_one_is_none(settings: Settings) -> None:
    settings.SECRET_KEYS = ["geheim"]
    out = StringIO()
    for _time in range(2):
        # As from a terminal, which also runs the system checks of commands that want them.
        rotate_command.Command(stdout=out).run_from_argv(["manage.py", "rotate_keys", "--new-key"])
    keys = out.getvalue().split()
    assert ([is_key(key) for key in keys], keys[0] == keys[1]) == ([True, True], False)


def test_password_that_is_changed_meanwhile_stays_changed(
    servers: list[DatabaseServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing, one password changes as a form does it, and one row as a second rotation does it."""
    write = key_rotation._write

    def interrupted(keys: Any, batch: list[tuple[int, str]], rotation: key_rotation.Rotation) -> None:
        if batch:
            store(DatabaseServer.objects.get(code="s0"), Secret("geändert"))
            other = StoredSecret.objects.get(server__code="s1")
            StoredSecret.objects.filter(pk=other.pk).update(sealed=keys.reseal(other.sealed))
        write(keys, batch, rotation)

    monkeypatch.setattr(key_rotation, "_write", interrupted)
    rotation = key_rotation.rotate()
    assert (rotation.rotated, rotation.unreadable) == (1, {})
    assert passwords() == [Secret("geändert"), Secret("password s1"), Secret("password s2")]
    assert {key_id_of(sealed) for sealed in StoredSecret.objects.values_list("sealed", flat=True)} == {key_id(NEW)}


def _run(folder: Path, keys: str, *command: str) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "DENTALHUB_DATA_DIR": str(folder),
        "DENTALHUB_ENV_FILE": str(folder / "none"),
        "DATABASE_URL": f"sqlite:///{folder}/trial.sqlite3",
        "DENTALHUB_SECRET_KEY": "only for tests that kill processes",
        "DENTALHUB_SECRET_KEYS": keys,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _done(process: "subprocess.Popen[str]") -> str:
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return out


def _kill_at(process: "subprocess.Popen[str]", folder: Path, key: str, count: int) -> None:
    """Kill the rotation as soon as `key` has sealed `count` passwords, which is soon after that within its writing."""
    with contextlib.closing(sqlite3.connect(folder / "trial.sqlite3", timeout=20)) as database:
        query = "SELECT COUNT(*) FROM centers_storedsecret WHERE sealed LIKE ?"
        while process.poll() is None and database.execute(query, [f"v1:{key_id(key)}:%"]).fetchone()[0] < count:
            time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


@pytest.mark.storm
def test_killed_rotation_loses_no_password(tmp_path: Path) -> None:
    """Killed at random moments again and again, while another process changes passwords in every third round."""
    trial = ("-m", "tests.centers.rotation_trial")
    rotation = ("manage.py", "rotate_keys")
    _done(_run(tmp_path, OLD, "manage.py", "migrate", "--verbosity=0"))
    _done(_run(tmp_path, OLD, *trial, "fill", str(PASSWORDS)))
    keys, partial = [OLD, NEW], 0
    expected = [[f"s{number}", f"password {number}"] for number in range(PASSWORDS)]
    chance = random.Random(20_261_129)
    for number in range(KILLS):
        keys.reverse()
        process = _run(tmp_path, ",".join(keys), *rotation)
        changing = _run(tmp_path, ",".join(keys), *trial, "change") if number % 3 == 2 else None
        _kill_at(process, tmp_path, keys[0], chance.randrange(1, PASSWORDS))
        if changing is not None:
            _done(changing)
            expected = [[f"s{place}", f"changed s{place}"] for place in range(PASSWORDS)]
        found = json.loads(_done(_run(tmp_path, ",".join(keys), *trial, "read")))
        assert found["passwords"] == expected
        partial += len(found["counts"]) == 2
    sys.stderr.write(f"{partial} of {KILLS} kills met a rotation half done\n")
    assert partial > 0
    keys.reverse()
    _done(_run(tmp_path, ",".join(keys), *rotation))
    found = json.loads(_done(_run(tmp_path, keys[0], *trial, "read")))
    assert (found["passwords"], found["counts"]) == (expected, {key_id(keys[0]): PASSWORDS})
