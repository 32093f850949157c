"""What is done about the audit trail without being asked: verify it piece by piece, and erase what is too old."""

import datetime as dt
import hmac
import logging

from django.core.cache import cache
from django.utils import timezone

from dentalhub.audit_anchors import anchor_now, as_line
from dentalhub.audit_chain import head_seal
from dentalhub.audit_head import ONLY_ROW
from dentalhub.audit_keys import current_key, known_keys
from dentalhub.audit_models import AuditCheck
from dentalhub.audit_retention import due, erase
from dentalhub.audit_verification import START, Place, Result, verify

logger = logging.getLogger(__name__)
# A quarter of a second or so each minute: a trail of a million events is gone through once an hour and a half at most.
EVENTS_AT_ONCE = 12_000
EVERY = dt.timedelta(days=1)


def verify_on() -> AuditCheck:
    """Go on verifying where the last call ended, from the first event once a day."""
    now = timezone.now()
    check = AuditCheck.objects.filter(pk=ONLY_ROW).first() or AuditCheck(id=ONLY_ROW, hash=b"", seal=b"")
    place = _place_of(check)
    is_done = check.verified_at is not None and check.began_at is not None and check.verified_at >= check.began_at
    if place == START or check.began_at is None or (is_done and now - check.began_at >= EVERY):
        place, check.began_at = START, now
    result = verify(place, most=EVENTS_AT_ONCE)
    _note(check, result, now)
    check.save()
    return check


def _note(check: AuditCheck, result: Result, now: dt.datetime) -> None:
    key = current_key()
    check.sequence, check.hash, check.key_id = result.place.sequence, result.place.hash, key.name
    check.seal = head_seal(key.secret, check.sequence, result.place.hash, "check")
    finding = result.finding
    if finding is not None:
        if (check.problem, check.problem_at) != (finding.problem.value, finding.sequence):
            logger.error("audit trail: event %s: %s", finding.sequence, finding.problem.value)
        check.problem, check.problem_at = finding.problem.value, finding.sequence
    elif result.is_end:
        first_since_start = check.verified_at is None or (check.began_at and check.verified_at < check.began_at)
        check.problem, check.problem_at = "", None
        check.verified_to, check.verified_at = result.place.sequence, now
        if first_since_start:
            # Whoever collects the logs has an anchor.
            logger.warning("audit trail verified: %s", as_line(anchor_now()))


def _place_of(check: AuditCheck) -> Place:
    """Where the walk stands; the beginning where somebody else wrote the row."""
    secret = known_keys().get(check.key_id)
    if secret is None:
        return START
    place = Place(check.sequence, bytes(check.hash))
    is_ours = hmac.compare_digest(bytes(check.seal), head_seal(secret, place.sequence, place.hash, "check"))
    return place if is_ours else START


def erase_what_is_over() -> int:
    """Once a day: erase the content whose time is over; how many events."""
    day = timezone.now().date().isoformat()
    if not cache.add(f"audit-erased:{day}", True, timeout=2 * 86_400):
        return 0
    return sum(erase(item) for item in due())
