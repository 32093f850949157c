"""Which choices of a version a reviewer has looked at, and which are left; nobody approves the unseen."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers.catalog import Catalog
from dentalhub.access import Role, has_role
from dentalhub.audit import record
from mappings.center_lock import lock_center
from mappings.enums import FieldVerdict
from mappings.exceptions import TransitionError
from mappings.four_eyes import is_own_work
from mappings.look_subjects import subject_of
from mappings.looks import NOTHING_SAID, Look, Progress, Remark, listed, progress
from mappings.models import Mapping, SchemaSnapshot
from mappings.own_regions import refuse_foreign
from mappings.policy_setting import current_policy
from mappings.queries import newest_snapshot
from mappings.review_models import FieldComment, FieldDecision
from mappings.review_needs import keys_to_look_at
from mappings.review_rows import Source, table_rows
from mappings.staleness import refuse_newer_schema, refuse_stale


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at: the content of a version, and the snapshot that the page was made with."""

    content_hash: str
    fingerprint: str


def looks_of(mapping: Mapping, catalog: Catalog) -> dict[str, Look]:
    """What was said about each choice of `mapping`, as far as it still holds. Three queries at most.

    `catalog` is the source that `mapping` is looked at with. Under four eyes nobody's look at the own work counts.
    """
    document, own = mapping.document(), _workers(mapping)
    remarks: dict[str, list[Remark]] = {}
    for item in FieldComment.objects.filter(mapping=mapping).select_related("author"):
        remarks.setdefault(item.field, []).append(Remark(item.text, _name(item.author), item.written_at))
    looks = {key: Look(remarks=tuple(found)) for key, found in remarks.items()}
    for decision in FieldDecision.objects.filter(mapping=mapping).select_related("person"):
        is_own = decision.verdict == FieldVerdict.RIGHT and decision.person_id in own
        if is_own or decision.subject != subject_of(document, decision.field, catalog):
            continue
        looks[decision.field] = replace(
            looks.get(decision.field, NOTHING_SAID),
            verdict=decision.verdict,
            person=_name(decision.person),
            at=decision.decided_at,
            comment=decision.comment,
        )
    return looks


def progress_of(mapping: Mapping, newest: SchemaSnapshot | None = None) -> Progress:
    """How far the reviewers of an open version are under today's policy.

    `newest` is the center's newest snapshot, for those who have it already.
    """
    snapshot, document = newest or _source_of(mapping), mapping.document()
    source = Source(snapshot.catalog(), snapshot.value_profile(document.addresses), current_policy())
    return progress(keys_to_look_at(table_rows(document, source)), looks_of(mapping, source.catalog))


def refuse_unseen(found: Progress, *, all_looked_at: bool) -> tuple[str, ...]:
    """The one rule: every choice that the policy leaves to a person was looked at, one by one or all at once.

    Returns those that only the confirmation of the whole covers.
    Raises TransitionError otherwise, and for a choice that somebody marked as not right.
    """
    if found.wrong:
        text = _("Marked as not right: %(fields)s. Correct it, or take the mark back.")
        raise TransitionError(text % {"fields": ", ".join(sorted(found.wrong)[:5])})
    if found.left and not all_looked_at:
        text = _("Nobody has looked at %(fields)s yet. Mark each one, or confirm that you have looked at all fields.")
        raise TransitionError(text % {"fields": listed(found.left)})
    return found.left


@transaction.atomic
def mark(
    mapping: Mapping, key: str, verdict: FieldVerdict | None, person: User, *, comment: str = "", seen: Seen
) -> None:
    """Say that a choice is right or not right, or (None) take back what was said.

    Raises TransitionError; StaleError when the version, or a table that it maps, is not as it was `seen`.
    """
    current = _open_version(mapping, person)
    refuse_stale(current, seen.content_hash)
    refuse_newer_schema(current, seen.fingerprint)
    if verdict is None:
        FieldDecision.objects.filter(mapping=current, field=key).delete()
    else:
        if verdict is FieldVerdict.RIGHT and settings.FOUR_EYES and is_own_work(current, person):
            raise TransitionError(_("You edited this version yourself: a second person must look at it."))
        FieldDecision.objects.update_or_create(
            mapping=current,
            field=key,
            defaults={
                "subject": subject_of(current.document(), key, _source_of(current).catalog()),
                "verdict": verdict,
                "person": person,
                "comment": comment.strip()[:500],
            },
        )
    record(person, "mapping.field_marked", current, field=key, verdict=str(verdict or ""), hash=current.content_hash)


@transaction.atomic
def comment_on(mapping: Mapping, key: str, text: str, author: User) -> FieldComment:
    """A comment on a choice of an open version. Raises TransitionError for an empty one and a decided version."""
    current = _open_version(mapping, author)
    if not text.strip():
        raise TransitionError(_("Write something first."))
    made = FieldComment.objects.create(mapping=current, field=key, author=author, text=text.strip()[:500])
    # Without the text, which a person may have written against the advice.
    record(author, "mapping.field_commented", current, field=key)
    return made


def _open_version(mapping: Mapping, person: User) -> Mapping:
    if not has_role(person, Role.REVIEWER, Role.ADMIN):
        raise TransitionError(_("Only a reviewer or an admin can say something about a field."))
    refuse_foreign(mapping.center_id, person)
    lock_center(mapping.center_id)
    current = Mapping.objects.select_related("center", "snapshot").get(pk=mapping.pk)
    if not current.is_open:
        raise TransitionError(_("Version %(version)s is decided.") % {"version": current.version})
    return current


def _source_of(mapping: Mapping) -> SchemaSnapshot:
    """An open version is looked at with the newest snapshot."""
    return newest_snapshot(mapping.center) or mapping.snapshot


def _workers(mapping: Mapping) -> frozenset[int]:
    """Whose work the version holds; nobody's in a network of one person."""
    if not settings.FOUR_EYES or (mapping.generated and mapping.first_author_id is None):
        return frozenset()
    people = {mapping.author_id, mapping.first_author_id, *mapping.editors.values_list("pk", flat=True)}
    return frozenset(pk for pk in people if pk is not None)


def _name(person: User | None) -> str:
    return person.get_username() if person else ""
