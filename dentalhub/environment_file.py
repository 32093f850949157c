"""The file that settings read: this installation's own secret keys, made once and kept. Needs Python alone."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def _stored_secrets_key() -> str:
    # As cryptography's Fernet.generate_key does, which bare python3 lacks.
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


# Django's key, and the one that encrypts stored passwords.
MAKERS: dict[str, Callable[[], str]] = {
    "DENTALHUB_SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "DENTALHUB_SECRET_KEYS": _stored_secrets_key,
}


def installation_folder() -> Path:
    """Where an installation keeps its data unless told otherwise.

    `var` of a checkout; `dentalhub` below the user's data folder where the package was installed from a wheel.
    """
    root = Path(__file__).resolve().parent.parent
    if (root / "manage.py").is_file():
        return root / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "dentalhub"


def environment_file() -> Path:
    """DENTALHUB_ENV_FILE, else `dentalhub.env` in the installation's folder."""
    return Path(os.environ.get("DENTALHUB_ENV_FILE") or installation_folder() / "dentalhub.env")


def write_missing_keys(file: Path) -> list[str]:
    """See that `file` holds secret keys and that only its owner can read it; other lines in it stay.

    Returns the names of the keys that were made now. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    # A key may also come from a file of its own.
    present = {line.partition("=")[0].strip().removesuffix("_FILE") for line in text.splitlines()}
    made = [name for name in MAKERS if name not in present]
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write("\n" if made and text and not text.endswith("\n") else "")
        target.writelines(f"{name}={MAKERS[name]()}\n" for name in made)
    file.chmod(0o600)
    return made
