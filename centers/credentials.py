"""The only place that resolves a reference to a secret."""

import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from centers.exceptions import CredentialError
from centers.validators import validate_reference


def resolve(reference: str) -> str:
    """The secret behind `reference`. Raises CredentialError, which names the reference and never the secret."""
    try:
        validate_reference(reference)
    except ValidationError as error:
        raise CredentialError(" ".join(error.messages)) from error
    kind, _separator, name = reference.partition(":")
    if kind == "env":
        secret = os.environ.get(name)
        if secret is None:
            raise CredentialError(_("The environment variable %(name)s is not set.") % {"name": name})
        return secret
    path = Path(settings.CREDENTIAL_DIR) / name
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        raise CredentialError(_("The secret file %(name)s cannot be read.") % {"name": name}) from error
