"""A search as the session's row holds it: sealed with its handle, which stands in the address and in no row.

Who gets the database, or a backup of it, reads none; who gets an address has no session. *Pure* but for the settings.
"""

import base64
import hmac
import json
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"dentalhub: handle of a search"


def handle_of(session_key: str, parts: dict[str, str]) -> str:
    """The same for the same search of the same session, so that going back finds it again; nobody can guess it."""
    message = json.dumps([session_key, sorted(parts.items())]).encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE + message, sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def name_of(handle: str) -> str:
    """What the session calls the search of a handle, which cannot be told from it."""
    return sha256(_PURPOSE + handle.encode("utf-8", "replace")).hexdigest()[:32]


def seal(handle: str, parts: dict[str, str]) -> str:
    """`parts` as only who has the handle can read them."""
    return _box(handle).encrypt(json.dumps(parts).encode()).decode()


def unseal(handle: str, sealed: str) -> dict[str, str] | None:
    """What `seal` was given; None when it was another handle."""
    try:
        parts: dict[str, str] = json.loads(_box(handle).decrypt(sealed.encode()))
    except InvalidToken:
        return None
    return parts


def _box(handle: str) -> Fernet:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dentalhub search")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(handle.encode("utf-8", "replace"))))
