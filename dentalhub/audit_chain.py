"""How the events of the audit trail hang together, format 1. *Pure*; docs/auditor.md says the same in words.

The content of an event (who, on what, from where, details) is hashed with a salt of its own, so that content and salt
can be erased when their time is over and nobody can guess them from the hash. What stays (number, time, kind, region,
action) is bound, with that hash and the hash of the event before, by an HMAC whose key lies outside the database:
whoever can write every table still cannot write an event. Events of this format have to verify for ever: a change is
another format.
"""

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

FORMAT = "dentalhub-audit-1"
# The hash before the first event.
GENESIS = bytes(32)
SALT_BYTES = 16


class CanonicalEncoder(json.JSONEncoder):
    """JSON that is the same for the same value: keys in order, no blanks, no escapes but those JSON demands."""

    def __init__(self, **options: Any) -> None:
        options |= {"sort_keys": True, "ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
        super().__init__(**options)

    def encode(self, o: Any) -> str:
        """A lone surrogate, which no database takes, becomes its JSON escape."""
        return super().encode(o).encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Content:
    """What is erased when its time is over."""

    actor_id: int | None
    actor_name: str
    target: str
    origin: str
    details: dict[str, Any]


ERASED = Content(None, "", "", "", {})


@dataclass(frozen=True, slots=True)
class Link:
    """What stays of an event, without its own hash."""

    sequence: int
    at: dt.datetime
    kind: str
    region: str
    action: str
    digest: bytes
    previous: bytes
    key_id: str


def content_digest(salt: bytes, content: Content) -> bytes:
    """SHA-256 over the salt and the canonical JSON of the content."""
    values = [content.actor_id, content.actor_name, content.target, content.origin, content.details]
    return hashlib.sha256(salt + _canonical(values)).digest()


def link_hash(key: bytes, link: Link) -> bytes:
    """HMAC-SHA256 of the event, which the next one names as the hash before it."""
    values = [
        FORMAT,
        link.sequence,
        as_text(link.at),
        link.kind,
        link.region,
        link.action,
        link.digest.hex(),
        link.previous.hex(),
        link.key_id,
    ]
    return hmac.digest(key, _canonical(values), "sha256")


def head_seal(key: bytes, sequence: int, last_hash: bytes, purpose: str = "head") -> bytes:
    """HMAC-SHA256 that says that the chain went as far as the event `sequence` with `last_hash`."""
    return hmac.digest(key, _canonical([FORMAT, purpose, sequence, last_hash.hex()]), "sha256")


def key_name(key: bytes) -> str:
    """Eight characters that tell keys apart and do not tell the key."""
    return hmac.digest(key, b"dentalhub-audit-key-name", "sha256").hex()[:8]


def as_text(moment: dt.datetime) -> str:
    """UTC to the microsecond, as every database can keep it: 2026-11-28T22:15:00.000001Z."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _canonical(values: list[Any]) -> bytes:
    return _ENCODER.encode(values).encode()


_ENCODER = CanonicalEncoder()
