"""The environment file of a checkout, with words for whoever sets it up."""

from pathlib import Path

from dentalhub.environment_file import write_missing_keys
from deploy.steps import SetupError, say


def write_if_absent(file: Path) -> None:
    """See that `file` holds secret keys and that only its owner can read it; other lines in it stay."""
    try:
        for name in write_missing_keys(file):
            say(f"wrote a new {name} to {file}")
    except OSError as error:
        raise SetupError(
            f"{file} cannot be written ({error.strerror}): make its folder writable for this user."
        ) from error
