"""The command `load_practice_server`, against a recording server and, as far as that goes, the wire."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from centers.centers_import import apply_import, read_centers_file
from centers.models import Center, DatabaseServer
from dentalhub.sandbox import real_server
from tests.sandbox.conftest import Served
from tests.sandbox.test_generator_real_server import RecordingServer

REGIONS = ("germany", "austria", "switzerland")


@pytest.fixture
def secrets(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("sa_password", *(f"ivoris_{region}" for region in REGIONS)):
        (folder / name).write_text(f"{name}-geheim\n")
    settings.CREDENTIAL_DIR = folder
    settings.DATA_DIR = tmp_path
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> RecordingServer:
    recording = RecordingServer({})
    monkeypatch.setattr(real_server, "_connect", lambda _administrator: recording)
    return recording


def load(secrets: Path, *words: str, host: str = "sqlserver") -> str:
    said = StringIO()
    call_command(
        "load_practice_server",
        *("--host", host, "--password-file", str(secrets / "sa_password"), "--days", "1", "--rows-per-day", "1"),
        *words,
        stdout=said,
    )
    return said.getvalue()


@pytest.mark.django_db
def test_command_creates_thirty_databases_that_can_be_imported(secrets: Path, server: RecordingServer) -> None:
    said = load(secrets)
    created = [change for change in server.changes if change.startswith("CREATE DATABASE")]
    assert created == [f"CREATE DATABASE [DentalDB_{number:02d}]" for number in range(1, 31)]
    file = secrets.parent / "practices" / "centers.yml"
    assert said.splitlines()[-1] == f"Centers file: {file}"
    assert "geheim" not in said
    apply_import(read_centers_file(file.read_text(encoding="utf-8")))
    assert Center.objects.count() == 30
    rows = DatabaseServer.objects.order_by("region_id").values_list("region__code", "host", "credential")
    assert sorted(rows) == sorted((region, "sqlserver", f"file:ivoris_{region}") for region in REGIONS)


@pytest.mark.django_db
def test_file_of_a_region_leads_its_centers_to_the_region_s_own_server(secrets: Path, server: RecordingServer) -> None:
    files = secrets.parent / "all.yml", secrets.parent / "austria.yml"
    load(secrets, "--output", str(files[0]))
    load(secrets, "--region", "austria", "--output", str(files[1]), host="sqlserver-austria")
    for file in files:
        apply_import(read_centers_file(file.read_text(encoding="utf-8")))
    assert Center.objects.count() == 30
    assert dict(DatabaseServer.objects.values_list("region__code", "host")) == {
        "germany": "sqlserver",
        "austria": "sqlserver-austria",
        "switzerland": "sqlserver",
    }


def test_command_makes_a_login_for_each_region(secrets: Path, server: RecordingServer) -> None:
    load(secrets, "--centers", "6")
    logins = [change for change in server.changes if " LOGIN " in change and "PASSWORD" in change]
    assert logins == [
        f"CREATE LOGIN [svc_extract_{region}] WITH PASSWORD = N'ivoris_{region}-geheim'" for region in REGIONS
    ]


def test_command_for_one_region_touches_no_other(secrets: Path, server: RecordingServer) -> None:
    (secrets / "ivoris_germany").unlink()
    output = secrets.parent / "austria.yml"
    load(secrets, "--region", "austria", "--output", str(output), host="sqlserver-austria")
    created = [change for change in server.changes if change.startswith("CREATE DATABASE")]
    assert len(created) == 5
    assert not any("germany" in change for change in server.changes)
    assert "germany" not in output.read_text()


@pytest.mark.parametrize("words", [("--region", "france"), ("--centers", "0"), ("--days", "0")])
def test_bad_options_end_with_2_before_anything_is_sent(
    secrets: Path, server: RecordingServer, words: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError) as caught:
        load(secrets, *words)
    assert (caught.value.returncode, server.changes) == (2, [])


@pytest.mark.parametrize("name", ["sa_password", "ivoris_austria"])
@pytest.mark.parametrize("content", [None, "", "\n"])
def test_missing_password_ends_with_2_before_anything_is_sent(
    secrets: Path, server: RecordingServer, name: str, content: str | None
) -> None:
    (secrets / name).unlink()
    if content is not None:
        (secrets / name).write_text(content)
    with pytest.raises(CommandError, match=name) as caught:
        load(secrets)
    assert (caught.value.returncode, server.changes) == (2, [])


def test_database_of_somebody_else_ends_with_2(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = RecordingServer({"DentalDB_03": None})
    monkeypatch.setattr(real_server, "_connect", lambda _administrator: recording)
    with pytest.raises(CommandError, match="DentalDB_03") as caught:
        load(secrets)
    assert (caught.value.returncode, recording.changes) == (2, ["closed"])


def on_the_wire(served: Served, secrets: Path, *words: str) -> str:
    """The sandbox's login stands for the administrator's; it lets nobody write."""
    (secrets / "sa_password").write_text(served.process.password)
    port = served.process.ports[served.first.server]
    with pytest.raises(CommandError) as caught:
        load(secrets, "--port", str(port), "--user", served.process.user, *words, host="localhost")
    assert caught.value.returncode == 1
    return str(caught.value)


def test_server_whose_certificate_nobody_knows_is_refused(
    served: Served, secrets: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    settings.SOURCE_CA_FILE = ""
    assert "certificate verify failed" in on_the_wire(served, secrets)


def test_server_of_our_authority_is_believed(
    served: Served, secrets: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    settings.SOURCE_CA_FILE = str(served.process.ca_file)
    said = on_the_wire(served, secrets, "--centers", "100")
    assert "The CREATE permission was denied on the object 'DentalDB_001'" in said


def test_any_certificate_is_believed_when_asked_to(
    served: Served, secrets: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    settings.SOURCE_CA_FILE = ""
    assert "certificate" not in on_the_wire(served, secrets, "--trust-certificate")


def test_wrong_password_ends_with_the_servers_word(served: Served, secrets: Path, settings: Any) -> None:
    settings.SOURCE_CA_FILE = str(served.process.ca_file)
    port = served.process.ports[served.first.server]
    with pytest.raises(CommandError, match="Login failed for user") as caught:
        load(secrets, "--port", str(port), "--user", served.process.user, host="localhost")
    assert caught.value.returncode == 1
    assert "geheim" not in str(caught.value)
