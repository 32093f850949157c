"""A Redis server of one's own on this machine, in memory only, which may be stopped and started again."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.served import free_port

PROGRAM = shutil.which("redis-server")
# In CI the reason is refused: what `.ci/run` needs it installs.
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")
# All are this machine's; on Linux nothing has to be set up for them.
ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
PASSWORD = "s3cret-of-redis"


@dataclass(slots=True)
class RedisServer:
    """``url`` is what DENTALHUB_BROKER_URL takes."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        """Its address with the password; the third database."""
        return self.url_at("127.0.0.1")

    def url_at(self, address: str) -> str:
        """The same server under another one of its addresses, such as 127.0.0.2."""
        return f"redis://:{PASSWORD}@{address}:{self.port}/3"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        assert PROGRAM is not None
        options = {"port": self.port, "save": "", "appendonly": "no", "dir": self.directory}
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        arguments += ["--bind", *ADDRESSES]
        self.process = subprocess.Popen(
            [PROGRAM, *arguments, "--requirepass", PASSWORD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not _answers(self.port):
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """kill -9: whatever it knew is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server(directory: Path) -> Iterator[RedisServer]:
    """A server that runs, and is ended with the block."""
    found = RedisServer(directory, free_port())
    found.start()
    try:
        yield found
    finally:
        found.stop()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return True
    except OSError:
        return False
