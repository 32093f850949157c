"""Starts what an image would start, in its folder, as its user where this process may become one."""

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from deploy.image_build import Image
from deploy.steps import SetupError, say

START_SECONDS = 60
STOP_SECONDS = 20
# Two secrets as files, as docker-compose.yml has them all.
SECRETS = {"DENTALHUB_SECRET_KEY_FILE": "secret_key", "DENTALHUB_METRICS_TOKEN_FILE": "metrics_token"}


class Container:
    """Runs programs of an image as a container of it would."""

    def __init__(self, image: Image) -> None:
        self.image = image
        data = image.root / "data"
        # Nothing of this machine's environment.
        self.environment = {"LANG": "C.UTF-8", "TMPDIR": str(data), **image.environment}
        self.environment |= {name: str(data / "secrets" / file) for name, file in SECRETS.items()}
        self._identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            user, _, group = image.user.partition(":")
            self._identity = {"user": int(user), "group": int(group), "extra_groups": []}

    def run(self, *words: str) -> str:
        """What a program says. Raises SetupError when it fails."""
        with self.start(*words) as process:
            said, wrong = process.communicate()
        if process.returncode != 0:
            raise SetupError(f"this ended with {process.returncode}: {' '.join(words)}\n{wrong.strip()[-2000:]}")
        return said

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """A program that goes on."""
        return subprocess.Popen(
            [self._program(words[0]), *words[1:]],
            cwd=self.image.place("."),
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self._identity,
        )

    def _program(self, name: str) -> str:
        """Found in the image's own PATH."""
        folders = self.environment["PATH"].split(os.pathsep)
        return next((str(Path(folder) / name) for folder in folders if (Path(folder) / name).is_file()), name)


def prove_start(container: Container) -> None:
    """Make secrets and database, serve, and ask the image's own health check. Raises SetupError."""
    data = container.image.root / "data"
    container.run("dentalhub", "init", "--secrets", str(data / "secrets"))
    container.run("python", "manage.py", "check", "--fail-level", "ERROR")
    container.run("python", "manage.py", "migrate", "--noinput")
    say("secrets made, settings checked, database migrated")
    port = _free_port()
    with container.start(*container.image.command, GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port}") as server:
        try:
            _wait_until_healthy(container, server, port)
        finally:
            server.terminate()
            _said, wrong = server.communicate(timeout=STOP_SECONDS)
    if server.returncode != 0:
        raise SetupError(f"the web server ended with {server.returncode}:\n{wrong[-2000:]}")
    say("the web server answered its health check, and ended when it was told to")


def _wait_until_healthy(container: Container, server: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with container.start(*container.image.health_check, str(port)) as check:
            check.communicate()
        if check.returncode == 0:
            return
        time.sleep(0.5)
    raise SetupError(f"the web server did not become healthy within {START_SECONDS} s.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
