"""A person decides about the centers of the own regions only, whichever way they come: page, command, file."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from centers.models import Center
from centers.scope import scope_of
from mappings.exceptions import TransitionError


def refuse_foreign(center_pk: int, person: User) -> None:
    """Raise TransitionError unless `person` sees this center. One query more for who does not see all regions."""
    scope = scope_of(person)
    if not scope.all_regions and not Center.objects.in_scope(scope).filter(pk=center_pk).exists():
        raise TransitionError(_("This center is outside of your regions."))
