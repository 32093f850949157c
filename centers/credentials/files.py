"""`file:PATH`: a file below the one directory that the settings allow."""

import os
import stat
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from centers.exceptions import CredentialError
from centers.references import Reference
from centers.secret import Secret

LARGEST_BYTES = 64 * 1024


def read(reference: Reference) -> Secret:
    """The file's text without its last line end. Raises CredentialError.

    Links are followed, as Kubernetes mounts secrets by them, but only to what lies below the directory itself.
    """
    failure = CredentialError(_("The secret file %(name)s cannot be read.") % {"name": reference.name})
    try:
        directory = Path(settings.CREDENTIAL_DIR).resolve(strict=True)
        file = (directory / reference.name).resolve(strict=True)
    except (OSError, RuntimeError):
        raise failure from None
    if not file.is_relative_to(directory):
        raise CredentialError(
            _("The secret file %(name)s leads out of the directory for secrets.") % {"name": reference.name}
        )
    try:
        return Secret(_text(file).removesuffix("\n"))
    except (OSError, UnicodeDecodeError):
        raise failure from None


def _text(file: Path) -> str:
    # Without waiting for the other end of a pipe, and not through a link that came after the check.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as source:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_BYTES:
            raise OSError("no file of a fitting size")
        return source.read(LARGEST_BYTES).decode("utf-8")
