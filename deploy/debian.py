"""Debian packages, installed where that is allowed and unpacked where it is not."""

import os
import shutil
from pathlib import Path

from deploy.steps import run


def is_here() -> bool:
    """Whether this system has apt-get and dpkg-deb."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def install(packages: list[str], *, log: Path) -> bool:
    """Install system-wide as root; False when that is not allowed or did not work."""
    if os.geteuid() != 0 or not is_here():
        return False
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    return run(command, log=log) or (run(["apt-get", "update"], log=log) and run(command, log=log))


def unpack(packages: list[str], scratch: Path, *, log: Path) -> Path | None:
    """Download `packages` and unpack them below `scratch` without touching the system; None when that did not work.

    Needs no root rights. The system's package lists serve when they are there and fresh, else own ones are fetched.
    """
    if not is_here():
        return None
    downloads = scratch / "downloads"
    downloads.mkdir(exist_ok=True)
    if not _download(packages, downloads, scratch, log):
        return None
    target = scratch / "unpacked"
    files = sorted(downloads.glob("*.deb"))
    return target if all(run(["dpkg-deb", "-x", file, target], log=log) for file in files) else None


def _download(packages: list[str], downloads: Path, scratch: Path, log: Path) -> bool:
    state, cache = scratch / "state", scratch / "cache"
    for directory in (state / "lists" / "partial", cache / "archives" / "partial"):
        directory.mkdir(parents=True, exist_ok=True)
    own_cache = ["-o", f"Dir::Cache={cache}", "-o", "APT::Sandbox::User="]
    own_lists = [*own_cache, "-o", f"Dir::State={state}", "-o", "Dir::State::status=/var/lib/dpkg/status"]
    download = ["download", *packages]
    return run(["apt-get", *own_cache, *download], directory=downloads, log=log) or (
        run(["apt-get", *own_lists, "update"], log=log)
        and run(["apt-get", *own_lists, *download], directory=downloads, log=log)
    )
