"""Pinned certificates as files, because ODBC takes them only so."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from centers.certificates import certificate_of


def pinned_file(pem: str) -> Path:
    """The file that holds this certificate, written where it is not there as it is. Raises ValueError, OSError."""
    certificate = certificate_of(pem)
    folder = Path(settings.DATA_DIR) / "certificates"
    path = folder / f"{certificate.fingerprint}.pem"
    wanted = f"{certificate.pem}\n".encode()
    if path.is_file() and path.read_bytes() == wanted:
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(wanted)
    Path(unfinished).replace(path)
    return path
