"""Environment variables whose values may lie in files: NAME_FILE=/run/secrets/name stands for NAME."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from environ.fileaware_mapping import FileAwareMapping

LARGEST_BYTES = 64 * 1024


class FileValues(FileAwareMapping):  # type: ignore[misc] # django-environ has no types
    """The process's environment; a file is read once, and its last line end does not count.

    So a key is the same one whether it comes from a file that an editor wrote or from a variable. A file wins over a
    variable, and an empty NAME_FILE says nothing. Raises ImproperlyConfigured for a file that cannot be read.
    """

    def __getitem__(self, key: str) -> str:
        file: str = self.env.get(f"{key}_FILE", "")
        if not file:
            value: str = self.env[key]
            return value
        if key not in self.files_cache:
            self.files_cache[key] = _text(Path(file), f"{key}_FILE")
        return str(self.files_cache[key])


class FileAwareEnv(Env):  # type: ignore[misc] # django-environ has no types
    """Reads settings from `FileValues`."""

    ENVIRON = FileValues()


def _text(file: Path, variable: str) -> str:
    try:
        with file.open("rb") as source:
            content = source.read(LARGEST_BYTES + 1)
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # Not the decoding error's own text, which would repeat a part of the secret.
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ImproperlyConfigured(f"{variable}: {file} cannot be read: {why}.") from None
    if len(content) > LARGEST_BYTES:
        raise ImproperlyConfigured(f"{variable}: {file} is larger than a secret can be.")
    return text.removesuffix("\n").removesuffix("\r")
