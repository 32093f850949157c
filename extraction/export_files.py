"""Where files of exports lie: a work directory of this machine, and the storage that web servers read too."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PIECE_BYTES = 64 * 1024
# A process that was killed leaves its unfinished files; none works on one for so long.
_FORGOTTEN_SECONDS = 24 * 3600


@contextmanager
def work_directory() -> Iterator[Path]:
    """A directory for unfinished files that nobody else may enter; it is gone afterwards. Raises OSError."""
    parent = settings.DATA_DIR / "exports" / "work"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_forgotten(parent)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read and write, or empty the one that is there."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def pieces_of(path: Path) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _remove_forgotten(parent: Path) -> None:
    for folder in parent.iterdir():
        try:
            if time.time() - folder.stat().st_mtime > _FORGOTTEN_SECONDS:
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()
        except FileNotFoundError:
            # Another process has done it.
            continue
