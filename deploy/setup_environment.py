"""Make `.venv` ready: `python3 -m deploy.setup_environment [--dev]`, which `make setup` calls.

Works with the standard library and Debian's bare python3. Quick when nothing changed since the last time.
Exit codes: 0 ready, 1 something is missing (one sentence says what to do), 2 Python is too old.
"""

import sys

OLDEST_PYTHON = (3, 11)
if sys.version_info < OLDEST_PYTHON:  # before the other modules, whose syntax an older Python refuses
    sys.stderr.write(
        "setup: Python 3.11 or newer is needed: install it, then name it: `make setup PYTHON=python3.12`.\n"
    )
    sys.exit(2)

import argparse  # noqa: E402
import os  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

from deploy import driver_manager, environment_file, packages, stamp, virtual_environment  # noqa: E402
from deploy.steps import SetupError, say  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def prepare(root: Path, *, dev: bool) -> None:
    """Bring `root/.venv` and the environment file up to date; raises SetupError with a sentence for the user."""
    venv = root / ".venv"
    lock = root / ("requirements-dev.lock" if dev else "requirements.lock")
    environment_file.write_if_absent(Path(os.environ.get("DENTALHUB_ENV_FILE") or root / "var" / "dentalhub.env"))
    with tempfile.TemporaryDirectory(prefix="dentalhub-setup-") as scratch:
        if not stamp.is_current(venv, lock):
            virtual_environment.ensure(venv, Path(scratch))
            packages.install(venv, lock)
            stamp.write(venv, lock)
        driver_manager.ensure(venv, Path(scratch))  # every time: a system library may have gone since


def main() -> int:
    """Run set-up for this checkout and say how long it took."""
    parser = argparse.ArgumentParser(prog="make setup", description="Make .venv ready for dentalhub.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and linters need")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        prepare(ROOT, dev=options.dev)
    except SetupError as error:
        sys.stderr.write(f"setup: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("setup: stopped; run it again to go on.\n")
        return 130
    say(f"ready in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
