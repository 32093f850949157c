"""A child process with a hard deadline, for work that can hang where no timeout reaches it."""

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

TERMINATE_SECONDS = 5.0


def run_child(command: Sequence[str], directory: Path, seconds: float) -> int | None:
    """Start `command` with exec, wait for it, and return its exit code; None when it had to be ended at the deadline.

    Not forked, because a fork shares the driver's connections. It ends with the caller: also when the queue stops this
    task by SystemExit.
    """
    process = subprocess.Popen(command, cwd=directory)
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return None
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=TERMINATE_SECONDS)
        return
    process.kill()
    process.wait()
