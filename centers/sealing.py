"""Encrypts secrets with a list of keys, and binds each to the login that it is for. *Pure*.

A sealed secret is `v1:<key id>:<Fernet token>`. What it is for stands inside of the encrypted and authenticated text:
a copied row, or a host that was changed behind the forms, opens nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.utils.translation import gettext as _

from centers.exceptions import CredentialError
from centers.secret import Secret

FORMAT = "v1"
KEY_ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Purpose:
    """The logins that a secret is for: one user, at some places as `place_of` writes them."""

    user: str
    places: frozenset[str]


def place_of(host: str, port: int) -> str:
    """A server as a purpose names it."""
    return f"{host.casefold()}:{port}"


def key_id(key: str) -> str:
    """Eight hex digits that name a key and tell nothing of it."""
    return hashlib.sha256(b"dentalhub key id\0" + key.encode()).hexdigest()[:KEY_ID_LENGTH]


def is_key(text: str) -> bool:
    """Whether `text` is what `Fernet.generate_key` makes: 32 bytes in URL-safe base64."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def prefix_of(identity: str) -> str:
    """What every secret begins with that the key of that id has sealed."""
    return f"{FORMAT}:{identity}:"


def key_id_of(sealed: str) -> str:
    """The id of the key that sealed a secret; empty when it is no sealed secret."""
    version, _separator, rest = sealed.partition(":")
    identity, _separator, token = rest.partition(":")
    return identity if version == FORMAT and token else ""


class Keyring:
    """The keys of this installation: the first one seals, all of them open. Raises CredentialError for a bad one."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise CredentialError(_("DENTALHUB_SECRET_KEYS is empty: passwords cannot be stored or read without it."))
        if not all(is_key(key) for key in keys):
            raise CredentialError(
                _("DENTALHUB_SECRET_KEYS has a key that is none: make one with rotate_keys --new-key.")
            )
        self._fernets = {key_id(key): Fernet(key) for key in keys}
        self._all = MultiFernet(list(self._fernets.values()))
        self.first = key_id(keys[0])

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all keys."""
        return frozenset(self._fernets)

    def seal(self, secret: Secret, purpose: Purpose) -> str:
        """The secret, encrypted with the first key and bound to `purpose`."""
        document = {"secret": secret.reveal(), "user": purpose.user, "places": sorted(purpose.places)}
        return prefix_of(self.first) + self._all.encrypt(json.dumps(document).encode()).decode()

    def open(self, sealed: str, user: str, place: str) -> Secret:
        """The secret, for a login of `user` at `place`. Raises CredentialError when it is not for that one."""
        document = json.loads(self._decrypted(sealed))
        if document["user"] != user or place not in document["places"]:
            raise CredentialError(
                _("The stored password is for another host, port or user. Type it again in the form it came from.")
            )
        return Secret(document["secret"])

    def reseal(self, sealed: str) -> str:
        """The same secret for the same purpose, encrypted with the first key. Raises CredentialError."""
        self._decrypted(sealed)
        return prefix_of(self.first) + self._all.rotate(_token(sealed)).decode()

    def _decrypted(self, sealed: str) -> bytes:
        try:
            return self._fernet_of(sealed).decrypt(_token(sealed))
        except InvalidToken:
            raise CredentialError(_("The stored password cannot be decrypted: somebody changed its row.")) from None

    def _fernet_of(self, sealed: str) -> Fernet:
        identity = key_id_of(sealed)
        if identity not in self._fernets:
            raise CredentialError(
                _("The stored password was encrypted with the key %(key)s, which DENTALHUB_SECRET_KEYS lacks.")
                % {"key": identity or "?"}
            )
        return self._fernets[identity]


def _token(sealed: str) -> bytes:
    return sealed.rpartition(":")[2].encode()
