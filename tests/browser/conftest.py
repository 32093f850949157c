"""A whole installation of its own (web server, worker, sandbox) and a browser in front of it.

Nothing is faked: the pages are served by gunicorn, the work is done by a django-q2 cluster, the rows come over the
driver. Without Chromium the tests are skipped, but not in CI.
"""

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dentalhub.processes import ProcessGroup
from dentalhub.sandbox.network import Network
from dentalhub.sandbox.options import ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.served import free_port, wait_until_up

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PEOPLE = {"admin": "admin", "reviewer": "reviewer", "reviewer2": "reviewer", "analyst": "analyst", "auditor": "auditor"}
expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before any fixture, since Playwright's own need libraries that come with a browser only."""
    if CHROMIUM is not None:
        return
    if os.environ.get("CI"):
        pytest.fail("Chromium is missing, and in CI no browser test may be skipped.")
    pytest.skip("no Chromium on this machine: apt-get install chromium")


@dataclass(frozen=True, slots=True)
class Installation:
    """A running dentalhub; `password` is everybody's."""

    url: str
    password: str
    network: Network
    centers_yml: Path
    environment: dict[str, str]

    def manage(self, *arguments: str, code: int = 0) -> str:
        """Run a management command that must end with exit `code` in this installation; return what it printed."""
        result = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout

    def manage_all(self, *commands: tuple[str, ...]) -> None:
        """Run management commands one after the other in one process, which starts once instead of each time."""
        calls = "".join(f"call_command(*{command!r})\n" for command in commands)
        script = f"from django.core.management import call_command\n{calls}"
        self.manage("shell", "--verbosity", "0", "--command", script)


@pytest.fixture(scope="session")
def served_network(network: Network) -> Iterator[SandboxProcess]:
    """The centers' databases, which no test changes."""
    with SandboxProcess(network.directory, ServeOptions()) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def prepared(
    network: Network, served_network: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation that is migrated and has its people, but no center, and that nobody starts."""
    data = tmp_path_factory.mktemp("prepared")
    environment = os.environ | {
        "DENTALHUB_SECRET_KEY": secrets.token_urlsafe(40),
        "DENTALHUB_SECRET_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "IVORIS_PASSWORD": served_network.password,
        # What a server was logged in to with last year.
        "IVORIS_OLD_PASSWORD": secrets.token_urlsafe(12),
        "SSL_CERT_FILE": str(served_network.ca_file),
    }
    environment.pop("DATABASE_URL", None)
    password = secrets.token_urlsafe(12)
    found = Installation("", password, network, served_network.centers_yml, environment | _kept_in(data))
    found.manage("migrate", "--verbosity", "0")
    found.manage("shell", "--verbosity", "0", "--command", _people_script(password))
    return found


@pytest.fixture(scope="module")
def installation(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A copy of it that runs for the tests of one file: what one file leaves behind is no other one's concern."""
    data = tmp_path_factory.mktemp("installation")
    shutil.copytree(prepared.environment["DENTALHUB_DATA_DIR"], data, dirs_exist_ok=True)
    port = free_port()
    running = replace(prepared, url=f"http://127.0.0.1:{port}", environment=prepared.environment | _kept_in(data))
    serve = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    with ProcessGroup() as group:
        group.start("dentalhub", serve, running.environment)
        wait_until_up(running.url, "/health/ready")
        yield running


def _kept_in(data: Path) -> dict[str, str]:
    return {"DENTALHUB_DATA_DIR": str(data), "DENTALHUB_ENV_FILE": str(data / "none.env")}


def _people_script(password: str) -> str:
    return (
        "from django.contrib.auth.models import Group, User\n"
        "from tests.scopes import sees_all_regions\n"
        f"for name, role in {PEOPLE!r}.items():\n"
        f"    user = User.objects.create_user(name, password={password!r})\n"
        "    user.groups.add(Group.objects.get(name=role))\n"
        "    sees_all_regions(user)\n"
    )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one, and quiet: it must not look for hosts of its maker."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def sign_in(page: Page, installation: Installation, name: str) -> None:
    """Sign in as `name`, whoever was signed in before."""
    page.context.clear_cookies()
    page.goto(f"{installation.url}/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(installation.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))
