"""How set-up talks to the user and runs other programs."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path


class SetupError(Exception):
    """Set-up cannot go on; the message is one sentence that says what to do next."""


def say(line: str) -> None:
    """Print one progress line."""
    print(f"setup: {line}", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    directory: Path | None = None,
    on_line: Callable[[str], None] = lambda _: None,
) -> bool:
    """Run `command`, append what it prints to `log`, and return whether it exited with 0.

    `on_line` gets every line as it comes. False as well when the program does not exist.
    """
    words = [str(word) for word in command]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("a", encoding="utf-8") as journal:
        journal.write(f"$ {' '.join(words)}\n")
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=directory,
                env=environment,
            )
        except OSError as error:
            journal.write(f"{error}\n")
            return False
        with process:
            for line in process.stdout or ():
                journal.write(line)
                on_line(line)
    return process.returncode == 0
