"""The end of the audit chain: opened by one transaction at a time, moved by one event."""

import hmac
from typing import Any

from dentalhub.audit_chain import GENESIS, head_seal
from dentalhub.audit_keys import current_key, known_keys
from dentalhub.audit_models import AuditError, AuditEvent, AuditHead

ONLY_ROW = 1


def open_head() -> tuple[AuditHead, dict[str, int | str]]:
    """The row, held until the present transaction ends, and what is wrong with it (empty: nothing).

    A row without the right seal was written by somebody without the key. The trail then goes on behind the last event
    that either of the two knows, so that nothing is lost, and the caller says so in it.
    """
    head = AuditHead.objects.select_for_update().filter(pk=ONLY_ROW).first()
    if head is not None and is_sealed(head):
        return head, {}
    last = AuditEvent.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, last_hash = last or (0, GENESIS)
    found = {"head": head.sequence if head else -1, "last_event": sequence}
    if head is None:
        # Migrations made one, so this is no new database.
        head = AuditHead.objects.create(id=ONLY_ROW, **_row(sequence, bytes(last_hash)))
    else:
        # Never backwards: what is missing between the two shall show.
        AuditHead.objects.filter(pk=ONLY_ROW).update(**_row(max(sequence, head.sequence), bytes(last_hash)))
        head.refresh_from_db()
    return head, {"problem": "seal", **found}


def begin_chain() -> None:
    """Make the row of an empty trail."""
    AuditHead.objects.create(id=ONLY_ROW, **_row(0, GENESIS))


def move_head(head: AuditHead, sequence: int, last_hash: bytes) -> None:
    """Let the chain end with this event. Raises AuditError when another transaction was there first."""
    row = _row(sequence, last_hash)
    if AuditHead.objects.filter(pk=ONLY_ROW, sequence=head.sequence).update(**row) != 1:
        raise AuditError("Another transaction appended to the audit trail at the same moment.")


def is_sealed(head: AuditHead) -> bool:
    """True when the row was written with one of our keys."""
    secret = known_keys().get(head.key_id)
    if secret is None:
        return False
    return hmac.compare_digest(bytes(head.seal), head_seal(secret, head.sequence, bytes(head.hash)))


def _row(sequence: int, last_hash: bytes) -> dict[str, Any]:
    key = current_key()
    seal = head_seal(key.secret, sequence, last_hash)
    return {"sequence": sequence, "hash": last_hash, "key_id": key.name, "seal": seal}
