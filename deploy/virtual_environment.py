"""Make `.venv`, also where Debian left out ensurepip (package python3-venv)."""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

from deploy import debian
from deploy.steps import SetupError, run, say


def ensure(venv: Path, scratch: Path) -> None:
    """Make `venv` with pip in it; one made by another Python or at another place is made anew.

    Downloads go below `scratch`. Raises SetupError with what to do when it cannot be made.
    """
    python = venv / "bin" / "python"
    if _fits(venv) and _has_pip(venv):
        return
    if venv.exists():
        say(f"{venv.name} was made by another Python, at another place or not to its end: making it anew")
        shutil.rmtree(venv)
    say(f"making {venv.name} with Python {platform.python_version()}")
    base = getattr(sys, "_base_executable", sys.executable)
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    log = scratch / "setup.log"
    if not run([base, "-m", "venv", *([] if has_ensurepip else ["--without-pip"]), venv], log=log):
        raise SetupError(
            f"`python3 -m venv` failed ({_last_line(log)}): install python3-venv and run `make setup` again."
        )
    if not has_ensurepip:
        _bring_pip(python, scratch, log)


def _bring_pip(python: Path, scratch: Path, log: Path) -> None:
    """Install pip from the wheel in Debian's python3-pip-whl, whose root files this user need not be able to write."""
    say("this Python has no ensurepip: getting pip from the Debian package python3-pip-whl")
    unpacked = debian.unpack("python3-pip-whl", scratch, log=log)
    wheel = next(unpacked.rglob("pip-*.whl"), None) if unpacked else None
    if wheel is None or not run([python, wheel / "pip", "install", "--no-index", "--no-deps", wheel], log=log):
        raise SetupError(
            f"pip could not be brought into .venv ({_last_line(log)}): "
            "install python3-venv (as root: `apt-get install python3-venv`) and run `make setup` again."
        )


def _fits(venv: Path) -> bool:
    """Whether `venv` was made here and by this Python version; scripts in it hold its path."""
    try:
        text = (venv / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    config = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in text.splitlines())}
    version = config.get("version") or config.get("version_info")  # the second is what uv writes
    made_here = config.get("command", str(venv)).endswith(str(venv))
    return version == platform.python_version() and made_here


def _has_pip(venv: Path) -> bool:
    return (venv / "bin" / "python").exists() and any(venv.glob("lib/python3*/site-packages/pip/__main__.py"))


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8").split("\n") if log.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")
