"""Whether `.venv` still fits the lock file, the project and the Python that made it."""

import hashlib
import json
import platform
from pathlib import Path

FILE_NAME = "dentalhub-setup.json"


def is_current(venv: Path, lock: Path) -> bool:
    """True when set-up finished in `venv` with exactly this lock file.

    The development lock holds everything that the runtime one holds, so its stamp serves for both.
    """
    if not (venv / "bin" / "python").exists():
        return False
    stamps = _read(venv)
    wanted = {lock.name, lock.with_name("requirements-dev.lock").name}
    return any(stamps.get(name) == _fingerprint(lock.with_name(name), venv) for name in wanted)


def write(venv: Path, lock: Path) -> None:
    """Remember that `venv` now fits `lock`; the other lock's stamp goes, for its versions may have been replaced."""
    text = json.dumps({lock.name: _fingerprint(lock, venv)}, indent=2)
    (venv / FILE_NAME).write_text(text + "\n", encoding="utf-8")


def _read(venv: Path) -> dict[str, str]:
    try:
        stamps = json.loads((venv / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _fingerprint(lock: Path, venv: Path) -> str:
    """Hash over everything that decides what belongs into `venv`, where it is included: scripts hold its path."""
    digest = hashlib.sha256(f"{platform.python_version()} {venv.resolve()}\n".encode())
    for file in (lock, lock.with_name("pyproject.toml")):
        digest.update(file.read_bytes() if file.is_file() else b"absent")
    return digest.hexdigest()
