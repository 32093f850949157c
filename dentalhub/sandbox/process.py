"""A sandbox in a process of its own, for tests, the demo and the benchmark."""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from dentalhub.sandbox.command_line import serve_arguments
from dentalhub.sandbox.options import FaultKind, ServeOptions

_PACKAGE_ROOT: Final = Path(__file__).resolve().parents[2]
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0
_ORDER_SECONDS: Final = 5.0


class SandboxFailed(RuntimeError):  # noqa: N818 # reads as what happened
    """The process did not start, or did not do as told; the text says why."""


class SandboxProcess:
    """``with SandboxProcess(directory, options) as sandbox``: served on entry, ended on exit.

    ``ports`` has the port of each server by name. The process also ends when its parent dies.

    ``logins()`` tells how many login attempts (LOGIN7 messages, refused ones too) each server entry has seen since the
    start, by the same names as ``ports``. A center whose fault needs a port of its own, such as ``wrong_password``, has
    an entry of its own, ``SERVER-center-07``. On the wire: ``{"ask": "logins"}`` gives ``{"logins": {...}}``.
    """

    def __init__(self, directory: Path, options: ServeOptions | None = None, password_file: Path | None = None) -> None:
        self.directory = directory
        self.options = options or ServeOptions()
        self.ports: dict[str, int] = {}
        self.user = ""
        self.ca_file = directory / "tls" / "ca.pem"
        self.centers_yml = directory / "centers.yml"
        self._password_file = password_file or directory / "password"
        self._given_password = password_file
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def password(self) -> str:
        """The extraction login's password."""
        return self._password_file.read_text(encoding="utf-8").strip()

    @property
    def pid(self) -> int:
        """The process, for measuring it; 0 when it does not run."""
        return self._process.pid if self._process else 0

    @property
    def log(self) -> str:
        """What it wrote to standard error, such as the statement log."""
        if self._log is None:
            return ""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        """Start it and wait until it listens; raises SandboxFailed."""
        command = [sys.executable, "-m", "dentalhub.sandbox", str(self.directory), "--control"]
        if self._given_password is not None:
            command.append(f"--password-file={self._given_password}")
        self._log = tempfile.TemporaryFile()  # closed on exit
        self._process = subprocess.Popen(
            [*command, *serve_arguments(self.options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONPATH": str(_PACKAGE_ROOT)},
        )
        try:
            started = self._read_line(_START_SECONDS)
        except SandboxFailed:
            self._end()
            raise
        self.ports = started["ports"]
        self.user = started["user"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._end()

    def set_fault(self, center_id: str, kind: FaultKind | None) -> None:
        """Make a center misbehave from now on, or mend it; raises SandboxFailed for one that needs a new start."""
        self._order({"center_id": center_id, "fault": kind.value if kind else None})

    def logins(self) -> dict[str, int]:
        """Login attempts of each server entry since the start, by its name."""
        found: dict[str, int] = self._order({"ask": "logins"})["logins"]
        return found

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send one order; returns the answer, raises SandboxFailed when it was not carried out."""
        assert self._process is not None  # noqa: S101 # used inside the with block
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._read_line(_ORDER_SECONDS)
        if not answer["done"]:
            raise SandboxFailed(answer["error"])
        return answer

    def _read_line(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 # called after the start
        assert self._process.stdout is not None  # noqa: S101
        output = self._process.stdout
        deadline = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(output.fileno(), 65_536) if ready else b""
            if not piece:
                raise SandboxFailed(self.log.strip() or "The sandbox did not answer in time.")
            line += piece
        found: dict[str, Any] = json.loads(line)
        return found

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, self._log):
            if pipe is not None:
                pipe.close()
        self._log = None
