"""Certificates of servers: read, shown and compared by their SHA-256. *Pure*."""

import datetime as dt
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

_NOISE = re.compile(r"[\s:.-]|sha-?256|fingerprint|=", re.IGNORECASE)
_BEGIN = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; `pem` as it is stored, `fingerprint` as 64 small hexadecimal digits."""

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    not_before: dt.datetime
    not_after: dt.datetime

    @property
    def shown_fingerprint(self) -> str:
        """In pairs with colons, as other programs show it."""
        return ":".join(self.fingerprint[start : start + 2].upper() for start in range(0, 64, 2))


def certificate_of(content: bytes | str) -> Certificate:
    """The one certificate in PEM text or DER bytes. Raises ValueError for anything else, also with a key beside it."""
    if isinstance(content, str):
        if content.count(_BEGIN) != 1:
            raise ValueError("There must be exactly one certificate.")
        found = x509.load_pem_x509_certificate(content.encode())
    else:
        found = x509.load_der_x509_certificate(content)
    return Certificate(
        pem=found.public_bytes(serialization.Encoding.PEM).decode().strip(),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
    )


def is_fingerprint_of(typed: str, certificate: Certificate) -> bool:
    """True when a person's text is the certificate's SHA-256, however it is grouped."""
    return _NOISE.sub("", typed).lower() == certificate.fingerprint
