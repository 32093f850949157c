"""What somebody sees on the review page just now, and says about it."""

from django.contrib.auth.models import User

from mappings.enums import FieldVerdict
from mappings.field_looks import Seen, looks_of, mark
from mappings.looks import NOTHING_SAID, Look
from mappings.models import Mapping
from mappings.queries import newest_fingerprint, newest_snapshot


def seen_of(mapping: Mapping) -> Seen:
    """What the page shows."""
    return Seen(mapping.content_hash, newest_fingerprint(mapping.center) or "")


def look_at(mapping: Mapping, key: str) -> Look:
    """What the page says of one choice."""
    snapshot = newest_snapshot(mapping.center)
    assert snapshot is not None
    return looks_of(mapping, snapshot.catalog()).get(key, NOTHING_SAID)


def say(mapping: Mapping, person: User, key: str, verdict: FieldVerdict | None = FieldVerdict.RIGHT) -> None:
    """`person` has looked at `key`."""
    mark(mapping, key, verdict, person, seen=seen_of(mapping))
