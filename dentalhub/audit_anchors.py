"""Anchors: where the trail ended, written down outside the database.

Whoever has the database and the key can write history anew, or bring back an old copy of it; nothing inside can tell.
A line that another machine has kept can.
"""

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit_chain import as_text, head_seal
from dentalhub.audit_head import ONLY_ROW
from dentalhub.audit_keys import current_key, known_keys
from dentalhub.audit_models import AuditEvent, AuditHead
from dentalhub.audit_problems import Finding, Problem


class AnchorError(Exception):
    """A file of anchors that cannot be read, or whose lines we did not write."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The event `sequence` had this `hash` at `at` (UTC); `seal` says that we wrote it down."""

    sequence: int
    hash: str
    at: str
    key_id: str
    seal: str


def anchor_now() -> Anchor:
    """Where the trail ends at this moment."""
    head = AuditHead.objects.get(pk=ONLY_ROW)
    key = current_key()
    seal = head_seal(key.secret, head.sequence, bytes(head.hash), "anchor")
    moment: dt.datetime = timezone.now()
    return Anchor(head.sequence, bytes(head.hash).hex(), as_text(moment), key.name, seal.hex())


def as_line(anchor: Anchor) -> str:
    """One line of JSON."""
    return json.dumps(asdict(anchor), separators=(",", ":"))


def append(path: Path, anchor: Anchor) -> None:
    """Add a line to the file, which may be new."""
    with path.open("a", encoding="utf-8") as file:
        file.write(as_line(anchor) + "\n")


def read(path: Path) -> list[Anchor]:
    """The anchors of a file; none where there is no file yet. Raises AnchorError."""
    if not path.exists():
        return []
    found: list[Anchor] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            anchor = Anchor(**json.loads(line))
            expected = head_seal(known_keys()[anchor.key_id], anchor.sequence, bytes.fromhex(anchor.hash), "anchor")
        except (ValueError, TypeError, KeyError) as error:
            raise AnchorError(_("Line %(number)s of the file is no anchor of ours.") % {"number": number}) from error
        if not hmac.compare_digest(expected.hex(), anchor.seal):
            raise AnchorError(_("Line %(number)s of the file is no anchor of ours.") % {"number": number})
        found.append(anchor)
    return found


def wrong_anchor(anchors: list[Anchor]) -> Finding | None:
    """The first anchor whose event is gone or another one; to be asked after the chain was verified."""
    for anchor in anchors:
        if anchor.sequence == 0:
            continue
        event = AuditEvent.objects.filter(sequence=anchor.sequence).values_list("hash", flat=True).first()
        if event is None or bytes(event).hex() != anchor.hash:
            return Finding(anchor.sequence, Problem.ANCHOR)
    return None
