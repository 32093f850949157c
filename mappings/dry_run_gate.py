"""What a rehearsal on the source says about a version, and whether it may be approved then."""

from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from mappings.checks import Check
from mappings.document import MappingDocument
from mappings.enums import DryRunOutcome
from mappings.exceptions import TransitionError
from mappings.models import Mapping
from mappings.review_models import DryRun

# These speak against the version; every other error is one of the way to the source, or of the moment.
AGAINST_THE_VERSION = frozenset(
    {
        *(SourceErrorKind.DATABASE, SourceErrorKind.TABLE, SourceErrorKind.COLUMN, SourceErrorKind.SCHEMA),
        *(SourceErrorKind.PERMISSION, SourceErrorKind.OTHER),
    }
)


def outcome_of(found: DryRun, document: MappingDocument) -> DryRunOutcome:
    """The one rule: an error of the version, or no entry that meets an insurer although both tables are mapped, fails.

    A source that cannot be reached says nothing, nor does one without chart entries in the days that were looked at.
    """
    if found.error_kind:
        is_against = found.error_kind in AGAINST_THE_VERSION
        return DryRunOutcome.FAILED if is_against else DryRunOutcome.UNREACHABLE
    if found.entries == 0:
        return DryRunOutcome.EMPTY
    has_insurers = document.table("PATKASSE").table is not None and document.table("KASSEN").table is not None
    return DryRunOutcome.FAILED if has_insurers and found.insured == 0 else DryRunOutcome.PASSED


def newest_dry_run(mapping: Mapping) -> DryRun | None:
    """The last rehearsal of the present content; older content was another mapping."""
    return DryRun.objects.filter(mapping=mapping, content_hash=mapping.content_hash).order_by("-pk").first()


def dry_run_check(found: DryRun | None) -> Check:
    """One line for the checks. Only a failed rehearsal blocks, and a reason overrides it."""
    if found is None:
        return Check("dry_run", False, _("This content was not tried on the source yet."), hint=True)
    if found.outcome == DryRunOutcome.PASSED:
        text = _("Tried on the source: %(entries)s chart entries of one day, %(insured)s of them with an insurer.")
        return Check("dry_run", True, text % {"entries": found.entries, "insured": found.insured})
    if found.outcome == DryRunOutcome.EMPTY:
        return Check("dry_run", False, _("Tried on the source: no chart entry in the last 30 days."), hint=True)
    if found.outcome == DryRunOutcome.UNREACHABLE:
        text = _("The source could not be tried: %(reason)s")
        return Check("dry_run", False, text % {"reason": found.error_message}, hint=True)
    return Check("dry_run", False, failure_sentence(found))


def failure_sentence(found: DryRun) -> str:
    """Why a failed rehearsal failed."""
    if found.error_kind:
        return _("Tried on the source, and failed: %(reason)s") % {"reason": found.error_message}
    return _("Tried on the source, and no chart entry met an insurer: PATKASSE or KASSEN is not joined rightly.")


def refuse_failed_dry_run(mapping: Mapping, reason: str) -> DryRun | None:
    """The newest rehearsal. Raises TransitionError when it failed and no `reason` overrides that."""
    found = newest_dry_run(mapping)
    if found is not None and dry_run_check(found).blocks and not reason.strip():
        text = _("%(problem)s To approve it all the same, give a reason.")
        raise TransitionError(text % {"problem": failure_sentence(found)})
    return found


def dry_run_sentence(found: DryRun | None) -> str:
    """What the approval's audit event says: how the newest rehearsal went, and when."""
    return "" if found is None else f"{found.outcome} at {found.tried_at.isoformat(timespec='seconds')}"
