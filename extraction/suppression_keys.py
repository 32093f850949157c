"""The keys behind suppressions, and what they make of a patient id. *Pure* but for the settings.

The first key makes new tokens; every other one still recognises what it made. So a changed pseudonym or secret key
does no harm as long as the old one stands in DENTALHUB_SUPPRESSION_KEYS.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

_PURPOSE = b"dentalhub: key of the patients who were erased"
_NAME = b"name of the key"


@dataclass(frozen=True, slots=True)
class SuppressionKey:
    """A key; `name` says which it is and nothing about it."""

    name: str
    secret: bytes

    def token(self, center_id: str, patient_id: str) -> str:
        """What stands for a patient of a center, in hexadecimal."""
        message = f"{center_id}\0{patient_id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, message, sha256).hex()


def keys() -> tuple[SuppressionKey, ...]:
    """The keys in force, the one for new tokens first; never empty."""
    raw = [*settings.SUPPRESSION_KEYS, settings.PSEUDONYM_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return _derived(tuple(dict.fromkeys(key for key in raw if key)))


@lru_cache(maxsize=4)
def _derived(raw: tuple[str, ...]) -> tuple[SuppressionKey, ...]:
    secrets = [hmac.digest(key.encode(), _PURPOSE, sha256) for key in raw]
    return tuple(SuppressionKey(hmac.digest(secret, _NAME, sha256).hex()[:16], secret) for secret in secrets)
