"""Keeps the regions that an identity provider gives a person at each sign-in."""

from typing import Any

from django.contrib.auth.models import User
from django.dispatch import receiver

from centers.models import Region
from centers.scope import Scope
from centers.scope_changes import set_scope, stored_scope
from dentalhub.claims import Grants
from dentalhub.sign_in.provider_grants import regions_claimed


@receiver(regions_claimed, dispatch_uid="regions of claims")
def keep_claimed_regions(user: User, grants: Grants, **_: Any) -> None:
    """Set exactly these regions; codes that no region has give nothing."""
    regions = list(Region.objects.filter(code__in=grants.regions))
    wanted = Scope(grants.all_regions, frozenset() if grants.all_regions else frozenset(one.pk for one in regions))
    if stored_scope(user) != wanted:
        set_scope(user, all_regions=grants.all_regions, regions=regions)
