"""Child processes that live and die together: the web server, the worker, the sandbox."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

STOP_SECONDS = 10.0
_MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


def command_line(*arguments: str) -> list[str]:
    """How a command of ours is started: by the checkout that this module is of, or by the installed package."""
    program = [str(_MANAGE)] if _MANAGE.is_file() else ["-m", "dentalhub"]
    return [sys.executable, *program, *arguments]


@dataclass(slots=True)
class ProcessGroup:
    """Start children with `start`; leaving the `with` block stops every one of them and what they started."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> None:
        """Start `arguments` as the leader of a process group, so that its own children can be stopped with it.

        `variables` are put into its environment beside those of this process.
        """
        environment = os.environ | (variables or {})
        self.children[name] = subprocess.Popen(arguments, env=environment, start_new_session=True)

    def wait(self) -> str:
        """Block until one child ends, and return its name."""
        while True:
            for name, child in self.children.items():
                if child.poll() is not None:
                    return name
            time.sleep(0.2)

    def __enter__(self) -> "ProcessGroup":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask every child to stop, and kill the groups of those that have not after STOP_SECONDS."""
        for child in self.children.values():
            _signal(child, signal.SIGTERM, group=False)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            _signal(child, signal.SIGKILL, group=True)
            child.wait()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals, *, group: bool) -> None:
    try:
        if group:
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
    except ProcessLookupError:
        pass
