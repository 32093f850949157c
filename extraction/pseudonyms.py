"""Names for patients that say nothing about them: the same patient of a center has the same one everywhere.

HMAC-SHA256 of center id and patient id with a key that is not in the database, so that whoever has only the database
cannot try all patient numbers. The center is part of the pseudonym: looking one up tries the patients of one center,
and neither a stored column nor a command for a changed key is needed. *Pure*.
"""

import hmac
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

# 50 bits: two patients of a center of a million share one with a chance of one in 2,000.
LENGTH = 10
_PURPOSE = b"dentalhub: key of the patients' pseudonyms"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """`center_07.K7Q2M9XAB3`: the center's own id, a dot, and ten letters and digits for the patient."""

    center_id: str
    code: str

    def __str__(self) -> str:
        return f"{self.center_id}.{self.code}"

    @classmethod
    def parse(cls, text: str) -> "Pseudonym | None":
        """The inverse of `str`, in letters of any case; None for anything else."""
        center_id, dot, code = text.strip().rpartition(".")
        code = code.upper()
        if not center_id or not dot or len(code) != LENGTH or not code.isascii() or not code.isalnum():
            return None
        return cls(center_id, code)


def code_of(center_id: str, patient_id: str) -> str:
    """The patient's part of the pseudonym."""
    message = f"{center_id}\0{patient_id}".encode("utf-8", "surrogatepass")
    return b32encode(hmac.digest(_key(), message, sha256))[:LENGTH].decode()


def pseudonym_of(center_id: str, patient_id: str) -> Pseudonym:
    """The pseudonym of a patient of a center."""
    return Pseudonym(center_id, code_of(center_id, patient_id))


def patients_of(pseudonym: Pseudonym, patient_ids: Iterable[str]) -> list[str]:
    """Which of the center's patients it names: one, or none."""
    return [patient for patient in patient_ids if code_of(pseudonym.center_id, patient) == pseudonym.code]


def _key() -> bytes:
    return settings.PSEUDONYM_KEY.encode() if settings.PSEUDONYM_KEY else _derived_key(settings.SECRET_KEY)


@lru_cache(maxsize=1)
def _derived_key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE, sha256)
