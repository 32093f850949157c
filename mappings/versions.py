"""Making versions of a center's mapping: proposals, edits, restored ones."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.center_lock import lock_center
from mappings.document import MappingDocument, content_hash, to_document
from mappings.drift_state import previous_for
from mappings.enums import MappingStatus, NoticeEvent
from mappings.exceptions import TransitionError
from mappings.four_eyes import inherit_editors, note_editor
from mappings.learned_names import current_vocabulary
from mappings.models import Mapping, SchemaSnapshot
from mappings.notices import announce
from mappings.own_regions import refuse_foreign
from mappings.proposal_writing import Proposal, moved_to, store_proposals
from mappings.queries import newest_mapping, newest_snapshot
from mappings.staleness import refuse_stale
from mappings.transitions import Step, allowed
from mappings.version_content import proposed
from mappings.version_digests import keep_digest


@transaction.atomic
def propose_for(center: Center, snapshot: SchemaSnapshot, actor: User | None = None) -> Mapping:
    """The machine's proposal for `snapshot` as a new draft, see `mappings.proposal_writing.store_proposals`."""
    previous, vocabulary = previous_for(center, snapshot), current_vocabulary(except_for=center)
    content = proposed(snapshot.catalog(), snapshot.value_profile(), vocabulary, previous)
    return store_proposals([Proposal(center, snapshot, content)], actor)[0]


@transaction.atomic
def edit(mapping: Mapping, document: MappingDocument, author: User, *, expected_hash: str | None = None) -> Mapping:
    """Change an open version; it becomes a draft of `author` on the newest snapshot.

    Content that says the same as before changes no author. Raises TransitionError for a decided version and for
    a person without the role, StaleError when its content is no longer the one that `expected_hash` names.
    """
    _refuse_stranger(author, mapping)
    lock_center(mapping.center_id)
    current = Mapping.objects.select_related("center").get(pk=mapping.pk)
    if not allowed(Step.EDIT, current.status):
        raise TransitionError(_("Version %(version)s is decided and cannot be edited.") % {"version": current.version})
    refuse_stale(current, expected_hash)
    snapshot = newest_snapshot(current.center)
    if snapshot is not None:
        current.snapshot = snapshot
    changed = current.content_hash != content_hash(document)
    if changed:
        current.content, current.content_hash = to_document(document), content_hash(document)
        current.generated, current.status = False, MappingStatus.DRAFT
        note_editor(current, author)
    current.save()
    if changed:
        keep_digest(current)
        record(author, "mapping.edited", current, hash=current.content_hash)
    return current


@transaction.atomic
def restore(mapping: Mapping, author: User) -> Mapping:
    """The content of an old version as a new draft of `author`, on the newest snapshot.

    When the newest version is a draft that says the same, that one is kept, whoever asks how often. Raises
    TransitionError when `mapping` is itself the newest version and still open.
    """
    _refuse_stranger(author, mapping)
    lock_center(mapping.center_id)
    origin = Mapping.objects.select_related("center", "snapshot").get(pk=mapping.pk)
    newest = newest_mapping(origin.center)
    snapshot = newest_snapshot(origin.center) or origin.snapshot
    if newest is not None and newest.is_open:
        if newest.pk == origin.pk:
            text = _("Version %(version)s is the newest one and still open: there is nothing to restore.")
            raise TransitionError(text % {"version": origin.version})
        if newest.content_hash == origin.content_hash:
            return moved_to(newest, snapshot)
    restored = new_version(origin.center, snapshot, origin.document(), author=author, generated=False, origin=origin)
    record(author, "mapping.restored", restored, from_version=origin.version, hash=restored.content_hash)
    return restored


@transaction.atomic
def new_version(
    center: Center,
    snapshot: SchemaSnapshot,
    document: MappingDocument,
    *,
    author: User | None,
    generated: bool,
    origin: Mapping | None = None,
) -> Mapping:
    """A draft with the next number; `origin` is the version whose content it takes over, in whole or in part."""
    lock_center(center.pk)
    last = Mapping.objects.filter(center=center).aggregate(last=Max("version"))["last"] or 0
    made = Mapping.objects.create(
        center=center,
        version=last + 1,
        snapshot=snapshot,
        content=to_document(document),
        content_hash=content_hash(document),
        author=author,
        first_author=author,
        generated=generated,
    )
    keep_digest(made)
    if origin is not None:
        inherit_editors(made, origin)
    if author is not None:
        note_editor(made, author)
    announce(NoticeEvent.WAITING, made)
    return made


def _refuse_stranger(person: User, mapping: Mapping) -> None:
    if not has_role(person, Role.REVIEWER, Role.ADMIN):
        raise TransitionError(_("Only a reviewer or an admin can change a mapping."))
    refuse_foreign(mapping.center_id, person)
