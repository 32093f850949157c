"""`dentalhub init --secrets FOLDER`: what containers get as files."""

import datetime as dt
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dentalhub import cli
from dentalhub.sandbox.practice_names import COUNTRIES
from dentalhub.secret_files import FILES, REGIONS, SERVER_NAMES, write_missing_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    assert sorted(write_missing_files(folder)) == sorted(FILES)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text().removesuffix("\n")


def test_each_secret_is_a_file_that_containers_read_and_nobody_else_reaches(folder: Path) -> None:
    assert sorted(contents(folder)) == sorted(FILES)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o444}


def test_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    write_missing_files(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_secrets_are_kept(folder: Path) -> None:
    before = contents(folder)
    assert write_missing_files(folder) == []
    assert contents(folder) == before


def test_secrets_differ_from_each_other_and_between_installations(folder: Path, tmp_path: Path) -> None:
    write_missing_files(tmp_path / "other")
    both = [*contents(folder).items(), *contents(tmp_path / "other").items()]
    values = [value for name, value in both if name != "database_url"]
    assert len(set(values)) == len(values)


def test_what_is_missing_is_made_and_the_rest_stays(folder: Path) -> None:
    before = contents(folder)
    (folder / "audit_key").unlink()
    assert write_missing_files(folder) == ["audit_key"]
    assert {name for name, value in contents(folder).items() if value != before[name]} == {"audit_key"}


@pytest.mark.parametrize("lost", ["redis_conf", "broker_url", "practice_ca", "practice_key"])
def test_what_belongs_together_is_made_anew_together(folder: Path, lost: str) -> None:
    together = next(
        group
        for group in (
            {"redis_conf", "broker_url", "cache_url"},
            {"practice_ca", "practice_certificate", "practice_key"},
        )
        if lost in group
    )
    (folder / lost).unlink()
    assert set(write_missing_files(folder)) == together


def test_redis_and_those_who_ask_it_have_one_password_and_two_databases(folder: Path) -> None:
    password = text(folder, "redis_conf").removeprefix("requirepass ")
    assert text(folder, "broker_url") == f"redis://:{password}@redis:6379/0"
    assert text(folder, "cache_url") == f"redis://:{password}@redis:6379/1"


def test_stored_passwords_key_is_one(folder: Path) -> None:
    key = Fernet(text(folder, "secret_keys"))
    assert key.decrypt(key.encrypt(b"geheim")) == b"geheim"


@pytest.mark.parametrize("name", ["sa_password", *(f"ivoris_{region}" for region in REGIONS)])
def test_server_passwords_meet_the_policy_of_sql_server(folder: Path, name: str) -> None:
    password = text(folder, name)
    kinds = [str.isupper, str.islower, str.isdigit]
    assert (len(password) >= 30, [any(kind(one) for one in password) for kind in kinds]) == (True, [True] * 3)


def test_regions_are_those_of_the_generated_practices() -> None:
    assert tuple(country.region for country in COUNTRIES) == REGIONS


@pytest.mark.parametrize("name", SERVER_NAMES)
def test_certificate_is_believed_for_each_server(folder: Path, tmp_path: Path, name: str) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(folder / "practice_certificate", folder / "practice_key")
    client = ssl.create_default_context(cafile=str(folder / "practice_ca"))
    one, other = socket.socketpair()
    thread = threading.Thread(target=lambda: served.wrap_socket(other, server_side=True).close())
    thread.start()
    with client.wrap_socket(one, server_hostname=name) as line:
        certificate = line.getpeercert()
    thread.join()
    assert certificate is not None
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    assert dt.datetime.fromtimestamp(ends, dt.UTC) > dt.datetime.now(dt.UTC) + dt.timedelta(days=3000)


def test_init_says_what_it_made_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "secrets"
    assert cli.init(["--secrets", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{folder}: {', '.join(FILES)} made.\nNext: docker compose up -d.\n"
    assert said.err == ""
    assert cli.init(["--secrets", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{folder} has its keys already.\n")


def test_init_below_a_file_fails_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert cli.init(["--secrets", str(tmp_path / "file" / "secrets")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'file' / 'secrets'} cannot be written: Not a directory.\n"
