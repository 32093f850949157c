"""The decisions about a version: submit, approve, reject. Pages, commands and demo all go through here."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.center_lock import lock_center
from mappings.checks import Check, run_checks
from mappings.dry_run_gate import dry_run_sentence, refuse_failed_dry_run
from mappings.enums import MappingStatus, NoticeEvent
from mappings.exceptions import TransitionError
from mappings.field_looks import progress_of, refuse_unseen
from mappings.four_eyes import waiver_for
from mappings.learned_names import learn
from mappings.models import Mapping, SchemaSnapshot
from mappings.notices import announce
from mappings.own_regions import refuse_foreign
from mappings.queries import newest_snapshot
from mappings.staleness import already_decided, refuse_newer_schema, refuse_other_approved, refuse_stale, snapshot_check
from mappings.transitions import OPEN, Step, allowed


@transaction.atomic
def submit(mapping: Mapping, actor: User, *, expected_hash: str | None = None) -> Mapping:
    """Draft to in review. Raises TransitionError."""
    if not has_role(actor, Role.REVIEWER, Role.ADMIN):
        raise TransitionError(_("Only a reviewer or an admin can change a mapping."))
    refuse_foreign(mapping.center_id, actor)
    current = _current(mapping)
    if not allowed(Step.SUBMIT, current.status):
        text = _("Version %(version)s is %(status)s; only a draft can be submitted.")
        raise TransitionError(text % {"version": current.version, "status": current.get_status_display()})
    refuse_stale(current, expected_hash)
    _move(current, MappingStatus.IN_REVIEW)
    record(actor, "mapping.submitted", current, hash=current.content_hash)
    announce(NoticeEvent.SUBMITTED, current)
    return current


@transaction.atomic
def approve(
    mapping: Mapping,
    reviewer: User,
    *,
    reason: str = "",
    expected_hash: str | None = None,
    expected_fingerprint: str | None = None,
    expected_approved: int | None = None,
    all_looked_at: bool = False,
) -> Mapping:
    """Make `mapping` the one that extracts; the former one is superseded in the same transaction.

    It is approved for the center's newest snapshot, in which its tables are as they were.

    What the person saw: `expected_hash` of the content, `expected_fingerprint` of the center's newest snapshot,
    `expected_approved` the number of the approved version (0: none), which this one would supersede. Raises
    TransitionError: not a reviewer, already decided, own work, failed checks, something unseen, a failed dry run
    without a reason; StaleError: something else was seen. `all_looked_at`: the person says to have looked at all
    fields, which stands for a mark on each; who forgets to ask approves nothing unseen.
    """
    current = _open_for(mapping, reviewer)
    refuse_stale(current, expected_hash)
    refuse_newer_schema(current, expected_fingerprint)
    refuse_other_approved(current, expected_approved)
    waived = waiver_for(current, reviewer, reason)
    newest = newest_snapshot(current.center)
    left = refuse_unseen(progress_of(current, newest), all_looked_at=all_looked_at)
    tried = refuse_failed_dry_run(current, reason)
    failed = [check for check in checks_of(current, newest) if check.blocks]
    if failed:
        raise TransitionError(
            _("Version %(version)s cannot be approved. %(problems)s")
            % {"version": current.version, "problems": " ".join(check.sentence for check in failed[:5])}
        )
    former = Mapping.objects.filter(center=current.center, status=MappingStatus.APPROVED)
    former.update(status=MappingStatus.SUPERSEDED, changed_at=timezone.now())
    current.snapshot = newest or current.snapshot
    _decide(current, MappingStatus.APPROVED, reviewer, reason, waived=waived)
    learn(current.center)
    record(
        reviewer,
        "mapping.approved",
        current,
        hash=current.content_hash,
        snapshot=current.snapshot.fingerprint,
        reason=current.reason,
        four_eyes_waived=waived,
        taken_as_a_whole=len(left),
        dry_run=dry_run_sentence(tried),
    )
    announce(NoticeEvent.APPROVED, current)
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
    announce(NoticeEvent.REJECTED, current)
    return current


def checks_of(mapping: Mapping, newest: SchemaSnapshot | None = None) -> list[Check]:
    """The checks against the newest snapshot of the center, which may be newer than the mapping's own.

    `newest` is that snapshot, for those who have it already.
    """
    snapshot = newest or newest_snapshot(mapping.center) or mapping.snapshot
    checks = run_checks(mapping.document(), snapshot.catalog())
    moved = snapshot_check(mapping, snapshot)
    return checks if moved is None else [moved, *checks]


def _current(mapping: Mapping) -> Mapping:
    """The row as it is now, after everyone else has finished with this center."""
    lock_center(mapping.center_id)
    versions = Mapping.objects.select_related("center", "snapshot", "reviewer")
    return versions.defer("snapshot__content", "snapshot__profile").get(pk=mapping.pk)


def _open_for(mapping: Mapping, reviewer: User) -> Mapping:
    if not has_role(reviewer, Role.REVIEWER):
        raise TransitionError(_("Only a reviewer can decide about a mapping."))
    refuse_foreign(mapping.center_id, reviewer)
    current = _current(mapping)
    if not current.is_open:
        raise already_decided(current)
    return current


def _decide(mapping: Mapping, status: MappingStatus, reviewer: User, reason: str, *, waived: bool = False) -> None:
    mapping.reviewer, mapping.reason, mapping.decided_at = reviewer, reason.strip()[:500], timezone.now()
    mapping.four_eyes_waived = waived
    _move(
        mapping,
        status,
        snapshot=mapping.snapshot_id,
        reviewer=reviewer,
        reason=mapping.reason,
        decided_at=mapping.decided_at,
        four_eyes_waived=waived,
    )


def _move(mapping: Mapping, status: MappingStatus, **fields: object) -> None:
    """The conditional UPDATE that lets one of two people win, also where the database locks no rows."""
    rows = Mapping.objects.filter(pk=mapping.pk, status__in=OPEN, content_hash=mapping.content_hash)
    try:
        with transaction.atomic():
            moved = rows.update(status=status, changed_at=timezone.now(), **fields)
    except IntegrityError as error:
        raise TransitionError(_("Somebody else was faster. Look at the version again.")) from error
    if moved != 1:
        raise _overtaken(mapping)
    mapping.status = status


def _overtaken(mapping: Mapping) -> TransitionError:
    """Why the row is not the one any more that was read at the beginning."""
    now = _current(mapping)
    if not now.is_open:
        return already_decided(now)
    return TransitionError(_("Somebody else was faster. Look at the version again."))
