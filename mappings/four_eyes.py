"""A second person approves: whose work a version holds, and who may therefore not approve it alone."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.models import BulkApprovalItem, ImportedName, Mapping


def is_own_work(mapping: Mapping, person: User) -> bool:
    """True when `person` changed anything in `mapping` that no second person has approved since."""
    return person.pk in {mapping.author_id, mapping.first_author_id} or mapping.editors.filter(pk=person.pk).exists()


def without_own_work(versions: QuerySet[Mapping], person: User) -> QuerySet[Mapping]:
    """Those of `versions` that `person` had no hand in."""
    edited = Mapping.editors.through.objects.filter(mapping=OuterRef("pk"), user=person)
    return versions.exclude(author=person).exclude(first_author=person).filter(~Exists(edited))


def waiver_for(mapping: Mapping, reviewer: User, reason: str) -> bool:
    """True when `reviewer` approves own work alone, which a network of one person allows with a `reason`.

    Raises TransitionError: a second person is needed, or the reason is missing.
    """
    if not is_own_work(mapping, reviewer):
        return False
    if settings.FOUR_EYES and mapping.generated:
        raise TransitionError(_("Names that you imported had a say in this proposal: a second person must approve it."))
    if settings.FOUR_EYES:
        raise TransitionError(_("You edited this version yourself: a second person must approve it."))
    if not reason.strip():
        raise TransitionError(_("You edited this version yourself: say why you approve it alone."))
    return True


def note_editor(mapping: Mapping, person: User) -> None:
    """`person` changed the open version `mapping`; saves nothing but the editors."""
    if mapping.first_author_id is None:
        mapping.first_author = person
    mapping.author = person
    mapping.editors.add(person)


def note_importers(mapping: Mapping, names: Collection[tuple[str, str]]) -> None:
    """`names` had a say in the machine's proposal `mapping`: whoever imported them does not approve it alone."""
    if not names:
        return
    rows = ImportedName.objects.filter(canonical__in={canonical for canonical, _key in names}).exclude(imported_by=None)
    found = rows.order_by().select_related("imported_by")
    mapping.editors.add(
        *{row.imported_by for row in found if row.imported_by and (row.canonical, row.name_key) in names}
    )


def inherit_editors(mapping: Mapping, origin: Mapping) -> None:
    """`mapping` holds the content of `origin`: whose work that was, it still is, unless a second person approved it."""
    if not _approved_by_another(origin):
        keep_editors(mapping, origin)


def keep_editors(mapping: Mapping, origin: Mapping) -> None:
    """`mapping` holds the content of `origin`, and whose work that was, it still is."""
    mapping.editors.add(*origin.editors.all())


def _approved_by_another(mapping: Mapping) -> bool:
    """A superseded version that was decided had been approved; the machine's own draft gives way without a decision.

    An approval that was taken back is none.
    """
    was_approved = mapping.status in {MappingStatus.APPROVED, MappingStatus.SUPERSEDED}
    if not was_approved or mapping.decided_at is None or mapping.four_eyes_waived:
        return False
    return not BulkApprovalItem.objects.filter(mapping=mapping, undone_by__isnull=False).exists()
