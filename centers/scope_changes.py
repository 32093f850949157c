"""Changing which regions a person sees."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from centers.models import Region
from centers.scope import Scope, forget_scope, scope_of
from centers.scope_models import PersonScope
from dentalhub import audit


def may_change_scope(actor: User, person: User, wanted: Scope) -> bool:
    """True when `actor` sees all that `person` sees now and would see then: nobody gives or takes more than they have.

    What the roles say is asked elsewhere.
    """
    own = scope_of(actor)
    return own.covers(stored_scope(person)) and own.covers(wanted)


def stored_scope(person: User) -> Scope:
    """The regions of `person`, also of one who may not sign in at this moment."""
    forget_scope(person)
    return scope_of(person, even_inactive=True)


def write_scope(person: User, *, all_regions: bool, regions: Iterable[Region]) -> PersonScope:
    """Give `person` exactly these regions. Whoever calls this has a transaction, has asked the rules and records it."""
    row, _is_new = PersonScope.objects.update_or_create(user=person, defaults={"all_regions": all_regions})
    row.regions.set([] if all_regions else list(regions))
    forget_scope(person)
    return row


@transaction.atomic
def set_scope(
    person: User, *, all_regions: bool = False, regions: Iterable[Region] = (), actor: User | None = None
) -> PersonScope:
    """Give `person` exactly these regions and record it. `actor` None is the system itself.

    Raises PermissionDenied when it is more than `actor` may give or take (`may_change_scope`).
    """
    wanted = [] if all_regions else sorted(regions, key=lambda region: region.code)
    scope = Scope(all_regions, frozenset(region.pk for region in wanted))
    if actor is not None and not may_change_scope(actor, person, scope):
        raise PermissionDenied
    row = write_scope(person, all_regions=all_regions, regions=wanted)
    audit.record(actor, "person.regions", person, all_regions=all_regions, regions=[region.code for region in wanted])
    return row
