"""The secrets of second factors as the database has them: encrypted with keys that derive from the secret key.

After a change of the secret key, with the old one in Django's SECRET_KEY_FALLBACKS, old ones still open.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text: str) -> str:
    """`text` as only who has the secret key can read it."""
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """What `encrypt` was given. Raises cryptography.fernet.InvalidToken when none of the keys fits."""
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).decrypt(text.encode()).decode()


def is_present(text: str) -> bool:
    """True when the secret key in force has encrypted it, and not a former one."""
    try:
        Fernet(_derived(settings.SECRET_KEY)).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=4)
def _box(secret_keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in secret_keys])


def _derived(secret_key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dentalhub second factors")
    return base64.urlsafe_b64encode(derivation.derive(secret_key.encode()))
