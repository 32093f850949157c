"""Where files of exports lie: a work directory of this machine, and the storage that web servers read too."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.translation import gettext as _

from extraction.exceptions import ExtractionError
from mappings.exceptions import MappingFolderError
from mappings.file_folder import folder_at

PIECE_BYTES = 64 * 1024
# A process that was killed leaves its unfinished files; the queue lets none work for so long.
FORGOTTEN_SECONDS = 2 * 3600


@contextmanager
def work_directory() -> Iterator[Path]:
    """A directory for unfinished files that nobody else may enter; it is gone afterwards. Raises OSError."""
    parent = _work_parent()
    remove_forgotten()
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


def remove_forgotten() -> None:
    """Delete what killed processes of this machine have left. Raises OSError."""
    for folder in _work_parent().iterdir():
        try:
            if time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS:
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()
        except FileNotFoundError:
            # Another process has done it.
            continue


def _work_parent() -> Path:
    parent = Path(settings.DATA_DIR) / "exports" / "work"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return parent


class ExportStorageError(ExtractionError):
    """The storage of exports cannot be used; the text names no file."""


def keep(path: Path, name: str) -> None:
    """Put a finished file into the storage, which may be on another machine. Raises ExportStorageError."""
    with _storage() as storage, path.open("rb") as file:
        stored = storage.save(name, File(file))
        if stored != name:
            storage.delete(stored)
            raise ExportStorageError(_("The storage of exports does not overwrite files."))


def kept_pieces(name: str) -> Iterator[bytes]:
    """The content of a stored file. Raises ExportStorageError before the first piece when it is not there."""
    return _read(kept_file(name))


def kept_file(name: str) -> "File[bytes]":
    """A stored file, open for reading. Raises ExportStorageError."""
    with _storage() as storage:
        return storage.open(name)


def forget(name: str) -> None:
    """Delete a stored file; one that is gone already is no error. Raises ExportStorageError."""
    with _storage() as storage:
        storage.delete(name)


def _read(file: "File[bytes]") -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece


@contextmanager
def _storage() -> Iterator[Storage]:
    """The storage that DENTALHUB_EXPORT_STORAGE names; a folder's files belong to this account alone."""
    address = settings.EXPORT_STORAGE
    failures: tuple[type[Exception], ...] = (OSError, MappingFolderError)
    try:
        if "://" in address:
            bucket = folder_at(address)
            failures += bucket.failures
            yield bucket.storage
        else:
            yield FileSystemStorage(
                location=address, file_permissions_mode=0o600, directory_permissions_mode=0o700, allow_overwrite=True
            )
    except failures as error:
        text = _("The storage of exports cannot be used: %(error)s") % {"error": type(error).__name__}
        raise ExportStorageError(text) from error
