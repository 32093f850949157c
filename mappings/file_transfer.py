"""Mapping files out of and into the database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers.models import Center
from centers.scope import scope_of
from centers.selection import centers_by_id
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.decisions import apply, problems
from mappings.document import MappingDocument, content_hash
from mappings.enums import MappingStatus
from mappings.exceptions import MappingFileError, TransitionError
from mappings.mapping_file import FileFacts, read, write
from mappings.models import Mapping
from mappings.queries import OPEN, newest_mapping, newest_snapshot
from mappings.versions import new_version


@dataclass(frozen=True, slots=True)
class Import:
    """The version that says what the file says; not new when it was there already."""

    mapping: Mapping
    is_new: bool


def export_text(mapping: Mapping) -> str:
    """The file of one version, with who decided when and why; the same version is always the same text."""
    facts = FileFacts(
        center_id=mapping.center.center_id,
        center_name=mapping.center.name,
        database=mapping.center.database,
        version=mapping.version,
        status=mapping.status,
        generated=mapping.generated,
        reviewed=mapping.status == MappingStatus.APPROVED or mapping.reviewer_id is not None,
        author=mapping.author.get_username() if mapping.author else None,
        created_at=_utc(mapping.created_at),
        reviewer=mapping.reviewer.get_username() if mapping.reviewer else None,
        decided_at=_utc(mapping.decided_at),
        reason=mapping.reason,
        content_hash=mapping.content_hash,
        fingerprint=mapping.snapshot.fingerprint,
    )
    return write(facts, mapping.document())


@transaction.atomic
def import_text(text: str, author: User, *, only_for: Center | None = None) -> Import:
    """A file as a new draft of `author`; it is never approved by being imported.

    Raises MappingFileError with every problem, UnknownCenterError also for a center outside of the author's regions,
    TransitionError for a person without the role.
    """
    if not has_role(author, Role.REVIEWER, Role.ADMIN):
        raise TransitionError(_("Only a reviewer or an admin can change a mapping."))
    content = read(text)
    center_id, decision = content.center_id, content.decision
    if only_for is not None and only_for.center_id != center_id:
        names = {"file": center_id, "page": only_for.center_id}
        raise MappingFileError(_("The file is for center %(file)s, not for %(page)s.") % names)
    center = centers_by_id([center_id], scope_of(author))[0]
    snapshot = newest_snapshot(center)
    if snapshot is None:
        raise MappingFileError(_("Center %(id)s has no snapshot yet. Discover it first.") % {"id": center_id})
    found = problems(decision, snapshot.catalog())
    if found:
        raise MappingFileError("\n".join(str(problem) for problem in found))
    newest = newest_mapping(center)
    document = apply(newest.document() if newest else MappingDocument(()), decision)
    same = newest is not None and newest.content_hash == content_hash(document)
    if newest is not None and same and newest.status in {*OPEN, MappingStatus.APPROVED}:
        return Import(newest, is_new=False)
    mapping = new_version(center, snapshot, document, author=author, generated=False, origin=newest)
    record(author, "mapping.imported", mapping, hash=mapping.content_hash, from_version=content.from_version)
    return Import(mapping, is_new=True)


def _utc(moment: datetime | None) -> str | None:
    """To the second, as every database stores it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
