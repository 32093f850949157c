"""Whose events of the audit trail somebody sees, and what is none of somebody's business; the settings name these."""

from collections.abc import Collection, Mapping

from django.contrib.auth.models import AnonymousUser, User

from centers.models import Center, DatabaseServer, Region
from centers.scope import scope_of


def regions_of(person: User | AnonymousUser) -> Collection[str] | None:
    """The codes of the regions of `person`; None for somebody who sees all regions.

    Events about several regions or none (sign-ins, people, policies) belong to those who see all.
    """
    scope = scope_of(person)
    if scope.all_regions:
        return None
    return frozenset(Region.objects.filter(pk__in=scope.region_ids).values_list("code", flat=True))


def is_foreign(person: User, names: Mapping[str, object]) -> bool:
    """True when `names`, the parts of an address, name a center or server that is there and that `person` cannot see.

    `settings.AUDIT_FOREIGN` names this. One query for who does not see all regions.
    """
    scope = scope_of(person)
    if scope.all_regions:
        return False
    if center_id := names.get("center_id"):
        return Center.objects.filter(center_id=center_id).exclude(server__region__in=scope.region_ids).exists()
    if code := names.get("code"):
        return DatabaseServer.objects.filter(code=code).exclude(region__in=scope.region_ids).exists()
    return False
