"""What several commands ask for: centers by id, a version, a person. Exit code 2 when it does not exist."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from centers.models import Center
from centers.selection import UnknownCenterError, centers_by_id
from mappings.models import Mapping
from mappings.queries import mapping_version


def chosen_centers(center_ids: Sequence[str] | None) -> list[Center]:
    """The centers of these ids, all when there is none."""
    try:
        if center_ids:
            return centers_by_id(center_ids)
    except UnknownCenterError as error:
        raise CommandError(str(error), returncode=2) from error
    return list(Center.objects.select_related("server__region").order_by("center_id"))


def chosen_version(center: Center, version: int | None) -> Mapping:
    """That version of the center's mapping; without a number the approved one, else the newest."""
    mapping = mapping_version(center, version)
    if mapping is not None:
        return mapping
    if version is None:
        raise CommandError(_("%(id)s has no mapping yet.") % {"id": center.center_id}, returncode=2)
    text = _("%(id)s has no version %(version)s.") % {"id": center.center_id, "version": version}
    raise CommandError(text, returncode=2)


def chosen_person(username: str) -> User:
    """The active user of that name."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(_("There is no active user %(name)s.") % {"name": username}, returncode=2)
    return person
