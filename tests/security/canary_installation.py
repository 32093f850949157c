"""An installation of its own on a network full of canaries: processes, people, browsers, and all that comes out."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from dentalhub.processes import ProcessGroup
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.security.canaries import plant
from tests.served import ROOT, free_port, sandbox_environment, wait_until_up

PASSWORD = "correct horse battery staple"
PEOPLE = {"admin": "admin", "reviewer": "reviewer", "analyst": "analyst", "auditor": "auditor"}
_PEOPLE_SCRIPT = f"""
from django.contrib.auth.models import Group, User
from tests.scopes import sees_all_regions
for name, role in {PEOPLE!r}.items():
    user = User.objects.create_user(name, f"{{name}}@example.org", {PASSWORD!r})
    user.groups.add(Group.objects.get(name=role))
    sees_all_regions(user)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person was answered; `text` has status line, headers and body."""

    person: str
    method: str
    url: str
    status: int
    headers: str
    body: bytes


@dataclass(slots=True)
class Browser:
    """One person's browser, which forgets nothing."""

    person: str
    base: str
    answers: list[Answer]
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, password: str = PASSWORD) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", {"login": self.person, "password": password})

    def get(self, path: str, **options: Any) -> Answer:
        return self._send("GET", path, **options)

    def post(self, path: str, data: dict[str, Any], **options: Any) -> Answer:
        token = self.session.cookies.get("csrftoken", "")
        return self._send("POST", path, data=data | {"csrfmiddlewaretoken": token}, **options)

    def _send(self, method: str, path: str, **options: Any) -> Answer:
        options.setdefault("timeout", 60)
        reply = self.session.request(method, self.base + path, **options)
        for one in [*reply.history, reply]:
            headers = "\n".join(f"{name}: {value}" for name, value in one.headers.items())
            self.answers.append(
                Answer(self.person, str(one.request.method), str(one.url), one.status_code, headers, one.content)
            )
        return self.answers[-1]

    def crawl(self, start: str, most_alike: int = 2, most: int = 250) -> None:
        """Every page that links lead to; of pages with alike addresses, `most_alike`."""
        waiting, seen, alike = [start], {start}, dict[str, int]()
        while waiting and len(seen) < most * 10:
            path = waiting.pop(0)
            kind = re.sub(r"\d+", "N", path.partition("?")[0])
            alike[kind] = alike.get(kind, 0) + 1
            if alike[kind] > most_alike or sum(alike.values()) > most * 10:
                continue
            answer = self.get(path)
            for link in re.findall(rb'href="(/[^"#]*)', answer.body):
                address = link.decode().replace("&amp;", "&")
                if address not in seen and not address.startswith(("/static/", "/accounts/logout")):
                    seen.add(address)
                    waiting.append(address)


@dataclass(slots=True)
class Installation:
    """A running one; `folder` has all that its processes write: data, temporary files, exports, `output.log`."""

    folder: Path
    url: str
    network: Network
    sandbox: SandboxProcess
    environment: dict[str, str]
    output: Any
    cleanup: ExitStack
    answers: list[Answer] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "dentalhub.sqlite3"

    @property
    def log(self) -> bytes:
        return (self.folder / "output.log").read_bytes()

    def browser(self, person: str) -> Browser:
        """Signed in."""
        made = Browser(person, self.url, self.answers)
        assert made.sign_in().status == 200
        return made

    def manage(self, *arguments: str, code: int | None = 0, typed: str = "") -> str:
        """A command that is typed something; what it prints is kept like that of all processes."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        self.output.write((done.stdout + done.stderr).encode())
        self.output.flush()
        assert code in (None, done.returncode), done.stdout + done.stderr
        return done.stdout

    def shell(self, script: str) -> str:
        return self.manage("shell", "--verbosity", "0", "--command", script)

    def serve_sources_anew(self) -> None:
        """The sources as their files are now; what has been read of a file would stay otherwise."""
        self.sandbox.__exit__(None, None, None)
        self.sandbox = self.cleanup.enter_context(SandboxProcess(self.network.directory, self.sandbox.options))
        self.manage("import_centers", str(self.sandbox.centers_yml))

    def kill_extractors(self) -> int:
        """kill -9 of every process that extracts for this installation; how many there were."""
        mine, count = f"DENTALHUB_DATA_DIR={self.folder / 'data'}".encode(), 0
        for process in Path("/proc").iterdir():
            try:
                if b"execute_shard" in (process / "cmdline").read_bytes() and mine in (
                    process / "environ"
                ).read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
                    count += 1
            except (OSError, ValueError):
                continue
        return count


@contextmanager
def installation(folder: Path, options: NetworkOptions) -> Iterator[Installation]:
    """Migrated, with a person in each role, served on a free port, with every log line at DEBUG."""
    network = build_network(folder / "network", options)
    plant(network)
    for name in ("data", "tmp", "home", "delivered", "closed"):
        (folder / name).mkdir()
    with ExitStack() as cleanup:
        sandbox = cleanup.enter_context(SandboxProcess(network.directory, ServeOptions(slow_seconds=1.5)))
        output = cleanup.enter_context((folder / "output.log").open("w+b"))
        group = cleanup.enter_context(ProcessGroup())
        port = free_port()
        environment = _environment(folder, sandbox)
        made = Installation(folder, f"http://127.0.0.1:{port}", network, sandbox, environment, output, cleanup)
        made.manage("migrate", "--verbosity", "0")
        made.shell(_PEOPLE_SCRIPT)
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
        group.children["dentalhub"] = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
        wait_until_up(made.url)
        yield made


def _environment(folder: Path, sandbox: SandboxProcess) -> dict[str, str]:
    return sandbox_environment(folder / "data", sandbox) | {
        "DENTALHUB_LOG_LEVEL": "DEBUG",
        "DENTALHUB_METRICS_TOKEN": secrets.token_urlsafe(20),
        "DENTALHUB_CENTER_DEADLINE_SECONDS": "8",
        "DENTALHUB_EXPORT_DESTINATIONS": f"{folder / 'delivered'},{folder / 'closed'},http://127.0.0.1:9/entries",
        "DENTALHUB_EXPORT_WEBHOOK_SECRET": secrets.token_urlsafe(20),
        "DENTALHUB_NOTICE_EMAILS": "1",
        "DENTALHUB_PUBLIC_URL": "http://127.0.0.1",
        "DENTALHUB_EMAIL_URL": "consolemail://",
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
    }
