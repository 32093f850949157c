"""Install the locked packages and the project itself into `.venv`."""

import sys
from pathlib import Path

from deploy.steps import SetupError, run, say

# Not compiled ahead: Python compiles what it imports, and half of what is installed it never does.
PIP_OPTIONS = ("--no-input", "--disable-pip-version-check", "--progress-bar=off", "--no-compile")


def install(venv: Path, lock: Path) -> None:
    """Install what `lock` pins, checked by hash, then the project in editable form without asking any index.

    The index is the one that pip is configured for on this machine.
    """
    log = venv / "setup.log"
    log.unlink(missing_ok=True)
    count = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    say(f"installing {count} packages from {lock.name} (the first time takes a minute)")
    progress = _Progress(count)
    pip = (venv / "bin" / "python", "-m", "pip", "install", *PIP_OPTIONS)
    ok = run([*pip, "--require-hashes", "--prefer-binary", "-r", lock], log=log, on_line=progress.line)
    progress.end()
    if not ok:
        raise SetupError(
            f"pip could not install {lock.name} ({progress.error or 'see the log'}): check the network and "
            f"`pip config list`, then run it again; {log.relative_to(venv.parent)} has everything pip said."
        )
    editable = ("--no-deps", "--no-index", "--no-build-isolation", "--editable", venv.parent)
    if not run([*pip, *editable], log=log, on_line=progress.line):
        raise SetupError(f"the project itself could not be installed ({progress.error}): see {log.name} in .venv.")


class _Progress:
    """Counts pip's lines on a terminal and remembers its first error."""

    def __init__(self, total: int) -> None:
        self.error = ""
        self._total = total
        self._seen = 0
        self._terminal = sys.stdout.isatty()

    def line(self, text: str) -> None:
        if text.strip().lower().startswith("error: ") and not self.error:
            self.error = text.strip()[len("error: ") :]
        if text.startswith(("Collecting ", "Requirement already satisfied")):
            self._seen += 1
            self._show(f"setup:   {min(self._seen, self._total)} of {self._total}")
        elif text.startswith("Installing collected packages"):
            self._show("setup:   unpacking   ")

    def end(self) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        if self._terminal:
            sys.stdout.write(f"\r{text:<30}\r" if not text else f"\r{text}")
            sys.stdout.flush()
