"""`stored:ID`: a password that is encrypted in our own database; the spec brings it along, still sealed."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from centers.exceptions import CredentialError
from centers.references import ReferenceKind, parse
from centers.sealing import Keyring, place_of
from centers.secret import Secret
from centers.server_spec import ServerSpec


def keyring() -> Keyring:
    """The keys that the settings name. Raises CredentialError when they are missing or no keys."""
    return _keyring(tuple(settings.SECRET_KEYS))


def read(spec: ServerSpec) -> Secret:
    """The password, where it is for this very host, port and user. Raises CredentialError."""
    if not spec.sealed:
        raise CredentialError(_("The stored password is gone. Type it again in the form of the server or region."))
    return keyring().open(spec.sealed, spec.user, place_of(spec.host, spec.port))


def stored_problem(spec: ServerSpec) -> str:
    """Why the stored password of `spec` does not open, as a sentence; empty when it does, or when it is none."""
    parts = parse(spec.credential)
    if parts is None or parts.kind is not ReferenceKind.STORED:
        return ""
    try:
        read(spec)
    except CredentialError as error:
        return str(error)
    return ""


@lru_cache(maxsize=4)
def _keyring(keys: tuple[str, ...]) -> Keyring:
    return Keyring(keys)
