"""Get unixODBC's libraries, the one thing that pip does not bring."""

import shutil
import subprocess
from pathlib import Path

from deploy import debian
from deploy.steps import SetupError, say

# The Debian package that brings each library which the driver manager or the driver may lack.
PACKAGES = {
    "libodbc.so.2": "libodbc2",
    "libltdl.so.7": "libltdl7",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libkrb5.so.3": "libkrb5-3",
    "libk5crypto.so.3": "libk5crypto3",
    "libkrb5support.so.0": "libkrb5support0",
    "libcom_err.so.2": "libcom-err2",
    "libkeyutils.so.1": "libkeyutils1",
}


def ensure(venv: Path, scratch: Path) -> None:
    """See that the driver manager and the driver load in `venv`; raises SetupError with what to do otherwise.

    Each round gets the package of one missing library, and what that library needs in turn shows in the next.
    Downloads go below `scratch`.
    """
    log = venv / "setup.log"
    tried: set[str] = set()
    while (library := _ask(venv, "missing_library")) is not None:
        package = PACKAGES.get(library)
        if package is None or package in tried:
            raise SetupError(_ask(venv, "missing") or f"{library} cannot be loaded.")
        tried.add(package)
        if debian.install(package, log=log):
            say(f"{library} was missing: installed the Debian package {package}")
        elif _unpack(package, venv / "lib" / "odbc", scratch, log):
            say(f"{library} was missing: unpacked the Debian package {package} into .venv/lib/odbc")


def _unpack(package: str, target: Path, scratch: Path, log: Path) -> bool:
    """Copy the shared libraries of `package` flat into `target`; symbolic links become files."""
    unpacked = debian.unpack(package, scratch, log=log)
    if unpacked is None:
        return False
    target.mkdir(parents=True, exist_ok=True)
    for library in PACKAGES:
        for found in unpacked.rglob(library):
            shutil.copy(found, target / library)
    return True


def _ask(venv: Path, question: str) -> str | None:
    """What `dentalhub.odbc_runtime` says inside `venv`, in a process of its own because loaded libraries stay."""
    code = f"from dentalhub import odbc_runtime; print(odbc_runtime.{question}() or '')"
    answer = subprocess.run(
        [venv / "bin" / "python", "-c", code], capture_output=True, text=True, check=False, cwd=venv.parent
    )
    if answer.returncode != 0:
        raise SetupError(f".venv is broken ({answer.stderr.strip()[-200:]}): run `make clean setup`.")
    return answer.stdout.strip() or None
