"""`env:NAME`: a variable of this process."""

import os

from django.utils.translation import gettext as _

from centers.exceptions import CredentialError
from centers.references import Reference
from centers.secret import Secret


def read(reference: Reference) -> Secret:
    """The variable's value. Raises CredentialError."""
    value = os.environ.get(reference.name)
    if value is None:
        raise CredentialError(_("The environment variable %(name)s is not set.") % {"name": reference.name})
    return Secret(value)
