"""Roles and regions as a provider's claims give them, at each sign-in."""

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.dispatch import Signal

from dentalhub.access import Role, forget_roles
from dentalhub.audit import record
from dentalhub.claims import Grants
from dentalhub.sign_in.providers import Provider

# Sent with `user` and `grants` when the regions of a person come from claims; `centers` keeps them.
regions_claimed = Signal()


def apply_grants(user: User, grants: Grants, provider: Provider) -> None:
    """Give `user` exactly the roles and regions of `grants`, where `provider` manages them; changes are recorded."""
    with transaction.atomic():
        if provider.manages_regions:
            regions_claimed.send(sender=Provider, user=user, grants=grants)
        if provider.manages_roles:
            _set_roles(user, grants.roles, provider)


def _set_roles(user: User, wanted: frozenset[Role], provider: Provider) -> None:
    names = {role.value for role in Role}
    before = set(user.groups.filter(name__in=names).values_list("name", flat=True))
    after = {role.value for role in wanted}
    if before == after:
        return
    user.groups.remove(*Group.objects.filter(name__in=before - after))
    user.groups.add(*Group.objects.filter(name__in=after - before))
    forget_roles(user)
    source = f"provider {provider.key}"
    record(None, "person.roles", user, roles=sorted(after), before=sorted(before), source=source)
