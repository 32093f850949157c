"""Which regions the people of the tests see."""

from django.contrib.auth.models import User

from centers.models import Region
from centers.scope import forget_scope
from centers.scope_models import PersonScope


def sees_all_regions(user: User) -> User:
    """`user`, who sees all regions from now on; without an audit event, which tests count."""
    return _sees(user, all_regions=True)


def sees(user: User, *regions: Region) -> User:
    """`user`, who sees exactly these regions from now on."""
    return _sees(user, *regions)


def _sees(user: User, *regions: Region, all_regions: bool = False) -> User:
    row, _is_new = PersonScope.objects.update_or_create(user=user, defaults={"all_regions": all_regions})
    row.regions.set(regions)
    forget_scope(user)
    return user
