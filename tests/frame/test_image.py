"""The image: what the Dockerfile says against the program, and the health check that a container asks."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from deploy import container_health
from deploy.dockerfile import Instruction, is_ignored, read_ignored, read_stages
from deploy.image_build import SAYINGS, SYSTEM_PROGRAMS
from tests.frame.settings_variables import settings_variables

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ARGUMENTS, (BUILD, RUNTIME) = read_stages(TEXT, {})
IGNORED = read_ignored((ROOT / ".dockerignore").read_text(encoding="utf-8"))


def said(word: str, instructions: tuple[Instruction, ...] = RUNTIME.instructions) -> list[Instruction]:
    return [instruction for instruction in instructions if instruction.word == word]


def test_image_has_two_stages_of_one_small_base() -> None:
    assert ARGUMENTS == {"PYTHON_IMAGE": "python:3.12-slim-bookworm"}
    assert [(stage.name, stage.image) for stage in (BUILD, RUNTIME)] == [
        ("build", ARGUMENTS["PYTHON_IMAGE"]),
        ("runtime", ARGUMENTS["PYTHON_IMAGE"]),
    ]


def test_steps_are_those_that_can_be_done_without_an_engine() -> None:
    known = {"ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "CMD", "HEALTHCHECK", *SAYINGS}
    assert {instruction.word for instruction in (*BUILD.instructions, *RUNTIME.instructions)} <= known


def test_packages_come_from_the_lock_file_with_their_hashes() -> None:
    commands = [instruction.text for instruction in said("RUN", BUILD.instructions)]
    installs = [command for command in commands if "pip install" in command]
    assert ["--require-hashes --requirement ${LOCK}" in command for command in installs] == [True, False]
    assert "--no-index --no-deps --no-build-isolation" in installs[1]
    (lock,) = said("ARG", BUILD.instructions)
    assert lock.text == "LOCK=requirements.lock"
    for name in ("requirements.lock", "requirements-s3.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        # What a container could not get later.
        assert all(f"\n{package}==" in text for package in ("redis", "hvac", "setuptools", "gunicorn")), name
        assert not is_ignored(name, IGNORED)


def test_system_gets_two_packages_from_its_own_source() -> None:
    commands = [command for one in said("RUN") for command in one.text.split(" && ")]
    installs = [command.split() for command in commands if command.startswith("apt-get install")]
    assert installs == [["apt-get", "install", "-y", "--no-install-recommends", "libodbc2", "libgssapi-krb5-2"]]
    assert not re.search(r"curl|wget|add-apt|sources\.list|gpg|msodbcsql", TEXT)
    assert {command.split()[0] for command in commands} == {*SYSTEM_PROGRAMS, "rm", "install"}


def test_image_serves_as_a_user_without_rights_whose_number_is_known() -> None:
    assert [one.text for one in said("USER")] == ["10001:10001"]
    assert "useradd --uid 10001 --gid 10001" in TEXT
    # Nothing after it needs rights.
    words = [one.word for one in RUNTIME.instructions]
    assert set(words[words.index("USER") :]) <= {"USER", "CMD", "HEALTHCHECK", *SAYINGS}


def test_image_starts_an_application_that_exists() -> None:
    program, module, option, settings = said("CMD")[0].words()
    assert (program, option) == ("gunicorn", "--config")
    assert callable(import_string(f"{module}.application"))
    assert (ROOT / settings).is_file()


def test_image_health_check_is_a_file_of_ours() -> None:
    _options, _, command = said("HEALTHCHECK")[0].text.partition("CMD ")
    program, script = Instruction("CMD", (), command).words()
    assert (program, (ROOT / script).is_file(), is_ignored(script, IGNORED)) == ("python", True, False)


def test_variables_of_the_image_are_settings_or_pythons() -> None:
    names = {word.split("=")[0] for one in said("ENV") for word in one.words()}
    assert {name for name in names if name.startswith("DENTALHUB_")} <= settings_variables() | {"DENTALHUB_ENV_FILE"}
    assert {name for name in names if not name.startswith("DENTALHUB_")} == {
        *("PATH", "HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
    }


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("secrets/secret_key", True),
        (".env", True),
        ("var/dentalhub.env", True),
        ("deploy/local.env", True),
        ("copy.sqlite3-wal", True),
        (".git/config", True),
        ("tests/conftest.py", True),
        ("manage.py", False),
        ("deploy/gunicorn_settings.py", False),
        ("templates/base.html", False),
        ("README.md", False),
    ],
)
def test_image_gets_the_program_and_nothing_else(path: str, ignored: bool) -> None:
    assert is_ignored(path, IGNORED) is ignored


@pytest.mark.parametrize(
    ("setting", "host"),
    [("", "localhost"), ("*", "localhost"), (".example.org,localhost", "example.org"), (" a , b", "a")],
)
def test_health_check_sends_an_allowed_host(setting: str, host: str) -> None:
    assert container_health.allowed_host(setting) == host


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Location", "https://nowhere.invalid/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Nothing on standard error."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (301, True), (400, False), (503, False)])
def test_health_check_judges_the_answer(server: ThreadingHTTPServer, status: int, healthy: bool) -> None:
    server.status = status  # type: ignore[attr-defined]
    assert container_health.answers(server.server_port) is healthy


def test_health_check_of_a_closed_port_fails(server: ThreadingHTTPServer) -> None:
    port = server.server_port
    server.server_close()
    assert container_health.answers(port) is False
