"""Nobody finds entries of a region that they do not see: the filters of people are limited here."""

from dataclasses import replace

from django.contrib.auth.models import AnonymousUser, User

from centers.models import Center, Region
from centers.scope import Scope, scope_of
from extraction.entry_filter import EntryFilter


def limited(wanted: EntryFilter, scope: Scope) -> EntryFilter:
    """`wanted` within `scope`; what was limited before stays so."""
    if scope.all_regions:
        return wanted
    own = scope.region_ids if wanted.within is None else scope.region_ids & set(wanted.within)
    return replace(wanted, within=tuple(sorted(own)))


def limited_for(wanted: EntryFilter, person: User | AnonymousUser | None) -> EntryFilter:
    """As `limited`, for `person`; None is the system."""
    return limited(wanted, scope_of(person))


def names_hidden(wanted: EntryFilter, scope: Scope) -> bool:
    """True when `wanted` names a center or a region that is not in `scope`, or not there any more."""
    if scope.all_regions:
        return False
    centers = Center.objects.in_scope(scope).filter(center_id__in=wanted.center_ids)
    regions = Region.objects.in_scope(scope).filter(code__in=wanted.regions)
    named = len(set(wanted.center_ids)), len(set(wanted.regions))
    return (centers.count() if wanted.center_ids else 0, regions.count() if wanted.regions else 0) != named


def regions_of(wanted: EntryFilter) -> list[Region]:
    """The regions whose entries `wanted` may find at this moment. One query."""
    regions = Region.objects.order_by("code").filter(servers__centers__isnull=False)
    if wanted.center_ids:
        regions = regions.filter(servers__centers__center_id__in=wanted.center_ids)
    if wanted.regions:
        regions = regions.filter(code__in=wanted.regions)
    if wanted.within is not None:
        regions = regions.filter(pk__in=wanted.within)
    return list(regions.distinct())
