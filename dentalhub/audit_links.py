"""Makes the links of the audit chain."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from dentalhub.audit_actions import kind_of
from dentalhub.audit_chain import SALT_BYTES, Content, Link, content_digest, link_hash
from dentalhub.audit_keys import current_key
from dentalhub.audit_models import AuditEvent


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that has no place in the chain yet."""

    action: str
    region: str
    content: Content


def chained(drafts: Iterable[Draft], sequence: int, previous: bytes) -> Iterator[AuditEvent]:
    """The events, not stored, behind the event `sequence` whose hash is `previous`."""
    key = current_key()
    for number, draft in enumerate(drafts, start=sequence + 1):
        salt, content = secrets.token_bytes(SALT_BYTES), draft.content
        link = Link(
            sequence=number,
            at=timezone.now(),
            kind=kind_of(draft.action).value,
            region=draft.region,
            action=draft.action,
            digest=content_digest(salt, content),
            previous=previous,
            key_id=key.name,
        )
        previous = link_hash(key.secret, link)
        yield AuditEvent(
            sequence=number,
            at=link.at,
            kind=link.kind,
            region=link.region,
            action=link.action,
            actor_id=content.actor_id,
            actor_name=content.actor_name,
            target=content.target,
            origin=content.origin,
            details=content.details,
            salt=salt,
            digest=link.digest,
            key_id=link.key_id,
            previous=link.previous,
            hash=previous,
        )
