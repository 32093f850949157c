"""Text files that people hand to a command: read whole, up to a size, as UTF-8."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def read_text(path: Path, largest: int) -> str:
    """The text of a file of at most `largest` bytes, without a byte order mark. Raises CommandError (code 2)."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
        if len(content) > largest:
            raise CommandError(too_large(largest), returncode=2)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(_("%(file)s is not UTF-8 text.") % {"file": path}, returncode=2) from error
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read.") % {"file": path}, returncode=2) from error


def too_large(largest: int) -> str:
    """What is said of a file of more than `largest` bytes, a whole number of megabytes."""
    return _("The file is larger than %(size)d MB.") % {"size": largest // 1_000_000}
