"""The decisions about a version: submit, approve, reject. Pages, commands and demo all go through here."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.checks import Check, run_checks
from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.learned_names import learn
from mappings.models import Mapping
from mappings.queries import OPEN, newest_snapshot
from mappings.versions import refuse_stale


@transaction.atomic
def submit(mapping: Mapping, actor: User, *, expected_hash: str | None = None) -> Mapping:
    """Draft to in review. Raises TransitionError."""
    current = _current(mapping)
    if current.status != MappingStatus.DRAFT:
        text = _("Version %(version)s is %(status)s; only a draft can be submitted.")
        raise TransitionError(text % {"version": current.version, "status": current.get_status_display()})
    refuse_stale(current, expected_hash)
    _move(current, MappingStatus.IN_REVIEW)
    record(actor, "mapping.submitted", current, hash=current.content_hash)
    return current


@transaction.atomic
def approve(mapping: Mapping, reviewer: User, *, reason: str = "", expected_hash: str | None = None) -> Mapping:
    """Make `mapping` the one that extracts; the former one is superseded in the same transaction.

    Raises TransitionError: not a reviewer, already decided, own work, failed checks; StaleError: other content than
    `expected_hash`.
    """
    current = _open_for(mapping, reviewer)
    refuse_stale(current, expected_hash)
    _refuse_own_work(current, reviewer, reason)
    failed = [check for check in checks_of(current) if check.blocks]
    if failed:
        raise TransitionError(
            _("Version %(version)s cannot be approved. %(problems)s")
            % {"version": current.version, "problems": " ".join(check.sentence for check in failed[:5])}
        )
    former = Mapping.objects.filter(center=current.center, status=MappingStatus.APPROVED)
    former.update(status=MappingStatus.SUPERSEDED, changed_at=timezone.now())
    _decide(current, MappingStatus.APPROVED, reviewer, reason)
    learn(current.center)
    record(reviewer, "mapping.approved", current, hash=current.content_hash, reason=current.reason)
    return current


@transaction.atomic
def reject(mapping: Mapping, reviewer: User, reason: str, *, expected_hash: str | None = None) -> Mapping:
    """Close `mapping` without using it; a reason is needed. Raises TransitionError, StaleError."""
    current = _open_for(mapping, reviewer)
    refuse_stale(current, expected_hash)
    if not reason.strip():
        raise TransitionError(_("Say why you reject this version."))
    _decide(current, MappingStatus.REJECTED, reviewer, reason)
    learn(current.center)
    record(reviewer, "mapping.rejected", current, hash=current.content_hash, reason=current.reason)
    return current


def checks_of(mapping: Mapping) -> list[Check]:
    """The checks against the newest snapshot of the center, which may be newer than the mapping's own."""
    snapshot = newest_snapshot(mapping.center) or mapping.snapshot
    checks = run_checks(mapping.document(), snapshot.catalog())
    if snapshot.pk != mapping.snapshot_id:
        text = _("The source's schema changed after this version was made. Save the version once to check it anew.")
        checks.insert(0, Check("newest_snapshot", False, text))
    return checks


def _current(mapping: Mapping) -> Mapping:
    """The row as it is now, after everyone else has finished with this center."""
    Center.objects.select_for_update().only("pk").get(pk=mapping.center_id)
    return Mapping.objects.select_related("center", "snapshot", "reviewer").get(pk=mapping.pk)


def _open_for(mapping: Mapping, reviewer: User) -> Mapping:
    if not has_role(reviewer, Role.REVIEWER):
        raise TransitionError(_("Only a reviewer can decide about a mapping."))
    current = _current(mapping)
    if current.is_open:
        return current
    names = {"version": current.version, "status": current.get_status_display()}
    if current.reviewer is None:
        raise TransitionError(_("Version %(version)s is already %(status)s.") % names)
    text = _("Version %(version)s is already %(status)s, by %(name)s.")
    raise TransitionError(text % (names | {"name": current.reviewer.get_username()}))


def _refuse_own_work(mapping: Mapping, reviewer: User, reason: str) -> None:
    if mapping.author_id is None or mapping.author_id != reviewer.pk:
        return
    if settings.FOUR_EYES:
        raise TransitionError(_("You edited this version yourself: a second person must approve it."))
    if not reason.strip():
        raise TransitionError(_("You edited this version yourself: say why you approve it alone."))


def _decide(mapping: Mapping, status: MappingStatus, reviewer: User, reason: str) -> None:
    mapping.reviewer, mapping.reason, mapping.decided_at = reviewer, reason.strip()[:500], timezone.now()
    _move(mapping, status, reviewer=reviewer, reason=mapping.reason, decided_at=mapping.decided_at)


def _move(mapping: Mapping, status: MappingStatus, **fields: object) -> None:
    """The conditional UPDATE that lets one of two people win, also where the database locks no rows."""
    moved = Mapping.objects.filter(pk=mapping.pk, status__in=OPEN, content_hash=mapping.content_hash).update(
        status=status, changed_at=timezone.now(), **fields
    )
    if moved != 1:
        raise TransitionError(_("Somebody else was faster. Look at the version again."))
    mapping.status = status
