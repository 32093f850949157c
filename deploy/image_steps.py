"""`make image-steps`: the image's build steps in an empty directory, then a start of what came out.

    python3 -m deploy.image_steps [DIRECTORY]

Without a directory a temporary one is used and removed. No container engine is needed; one proves more. As root, the
program is started as the image's user, who may write nothing but its data. Exit code 0: all worked, 1: not all did.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.dockerfile import DockerfileError
from deploy.image_build import build
from deploy.image_start import Container, prove_start
from deploy.steps import SetupError, say

ROOT = Path(__file__).resolve().parent.parent


def prove(directory: Path) -> None:
    """Build in `directory` and look at the outcome. Raises SetupError with a sentence."""
    began = time.monotonic()
    image = build(ROOT, directory, _python(), _arguments())
    say(f"built in {time.monotonic() - began:.0f} s, {_megabytes(image.place('.'))} MB below {image.folder}")
    before = _state(image.place("."))
    container = Container(image)
    look_at_driver(container)
    prove_start(container)
    if _state(image.place(".")) != before:
        raise SetupError(f"the program wrote something below {image.folder}, which a read-only container forbids.")
    say("it wrote nothing but its data")


def look_at_driver(container: Container) -> None:
    """See that what the system's packages and the driver's wheel bring can be loaded. Raises SetupError."""
    code = "import pyodbc; from dentalhub import odbc_runtime as o; print(o.missing() or o._driver_from_wheel())"
    said = container.run("python", "-c", code).strip()
    image = container.image
    if not said.startswith(str(image.root)):
        raise SetupError(f"the driver cannot be loaded ({said}); the image's packages: {' '.join(image.packages)}.")
    say("the ODBC driver in the wheel loads")


def _python() -> Path:
    """A Python that any user of this machine can start, as the image's user must."""
    own = Path(getattr(sys, "_base_executable", sys.executable))
    for python in (own, Path("/usr/bin/python3")):
        if python.is_file() and _everybody_enters(python.resolve()) and _makes_environments(python):
            return python
    raise SetupError("no python3 with ensurepip that every user can start: install python3-venv.")


def _everybody_enters(file: Path) -> bool:
    return os.geteuid() != 0 or all(folder.stat().st_mode & 0o005 == 0o005 for folder in (file, *file.parents))


def _makes_environments(python: Path) -> bool:
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


def _arguments() -> dict[str, str]:
    return {"LOCK": os.environ["LOCK"]} if "LOCK" in os.environ else {}


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file's size and time of change."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if not path.is_dir():
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def _megabytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*")) // 2**20


def main(arguments: Sequence[str]) -> int:
    """Run the proof in the directory that is named, or in one that is thrown away."""
    directory = Path(arguments[0]).resolve() if arguments else Path(tempfile.mkdtemp(prefix="dentalhub-image-"))
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    try:
        prove(directory)
    except (SetupError, DockerfileError, OSError) as error:
        sys.stderr.write(f"image-steps: {error}\n")
        return 1
    finally:
        if not arguments:
            shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
