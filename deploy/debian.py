"""Debian packages, installed where that is allowed and unpacked where it is not."""

import os
import shutil
from pathlib import Path

from deploy.steps import run


def is_here() -> bool:
    """Whether this system has apt-get and dpkg-deb."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def install(package: str, *, log: Path) -> bool:
    """Install system-wide as root; False when that is not allowed or did not work."""
    if os.geteuid() != 0 or not is_here():
        return False
    command = ["apt-get", "install", "-y", "--no-install-recommends", package]
    return run(command, log=log) or (run(["apt-get", "update"], log=log) and run(command, log=log))


def unpack(package: str, scratch: Path, *, log: Path) -> Path | None:
    """Download `package` and unpack it below `scratch` without touching the system; None when that did not work.

    Needs no root rights. The system's package lists serve when they are there and fresh, else own ones are fetched,
    once for each `scratch`.
    """
    if not is_here():
        return None
    downloads, unpacked = scratch / package / "download", scratch / package / "unpacked"
    downloads.mkdir(parents=True, exist_ok=True)
    if not _download(package, downloads, scratch, log):
        return None
    files = sorted(downloads.glob("*.deb"))
    return unpacked if files and all(run(["dpkg-deb", "-x", file, unpacked], log=log) for file in files) else None


def _download(package: str, downloads: Path, scratch: Path, log: Path) -> bool:
    state, cache = scratch / "state", scratch / "cache"
    for directory in (state / "lists" / "partial", cache / "archives" / "partial"):
        directory.mkdir(parents=True, exist_ok=True)
    system = ["apt-get", "-o", f"Dir::Cache={cache}", "-o", "APT::Sandbox::User="]
    own = [*system, "-o", f"Dir::State={state}", "-o", "Dir::State::status=/var/lib/dpkg/status"]
    lists_fetched = any((state / "lists").glob("*_Packages*"))
    if not lists_fetched and run([*system, "download", package], directory=downloads, log=log):
        return True
    if not lists_fetched and not run([*own, "update"], log=log):
        return False
    return run([*own, "download", package], directory=downloads, log=log)
