"""The file that settings read: this installation's own secret key, made once and kept."""

import os
import secrets
from pathlib import Path

from deploy.steps import SetupError, say

KEY_NAME = "DENTALHUB_SECRET_KEY"


def write_if_absent(file: Path) -> None:
    """See that `file` holds a secret key and that only its owner can read it; other lines in it stay."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if not any(line.partition("=")[0].strip() == KEY_NAME for line in lines):
            _append_key(file, needs_newline=bool(lines))
            say(f"wrote a new secret key to {file}")
        file.chmod(0o600)
    except OSError as error:
        raise SetupError(
            f"{file} cannot be written ({error.strerror}): make its folder writable for this user."
        ) from error


def _append_key(file: Path, *, needs_newline: bool) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write("\n" if needs_newline else "")
        target.write(f"{KEY_NAME}={secrets.token_urlsafe(50)}\n")
