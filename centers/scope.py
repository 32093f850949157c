"""Which regions somebody sees: the one place that decides. Pages, API, exports and jobs ask it through `for_user`.

Whoever has no scope sees nothing. A superuser sees all regions.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from centers.scope_models import PersonScope

Row = TypeVar("Row", bound=models.Model)
_MEMO = "_dentalhub_scope"


@dataclass(frozen=True, slots=True)
class Scope:
    """All regions, or those with the primary keys `region_ids`."""

    all_regions: bool
    region_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """True when there is no region to see."""
        return not self.all_regions and not self.region_ids

    def holds(self, region_id: int) -> bool:
        """True when this region is to be seen."""
        return self.all_regions or region_id in self.region_ids

    def covers(self, other: "Scope") -> bool:
        """True when everything in `other` is in this one."""
        return self.all_regions or (not other.all_regions and other.region_ids <= self.region_ids)

    def q(self, *paths: str) -> models.Q:
        """The condition that the region at one of `paths` is to be seen; of all regions it adds nothing to the SQL."""
        if self.all_regions:
            return models.Q()
        keys = sorted(self.region_ids)
        return reduce(or_, (models.Q(**{f"{path}__in": keys}) for path in paths))


EVERYTHING = Scope(all_regions=True)
NOTHING = Scope(all_regions=False)


def scope_of(user: User | AnonymousUser | None, *, even_inactive: bool = False) -> Scope:
    """The regions of `user`; one query, remembered on the user object. None is the system: all regions.

    Who may not sign in sees nothing, unless `even_inactive` asks what it was and would be again.
    """
    if user is None:
        return EVERYTHING
    if not user.is_authenticated or not (user.is_active or even_inactive):
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    cached: Scope | None = user.__dict__.get(_MEMO)
    if cached is None:
        cached = _stored(user)
        user.__dict__[_MEMO] = cached
    return cached


def forget_scope(user: User) -> None:
    """Let the next question be answered anew, after a change."""
    user.__dict__.pop(_MEMO, None)


def remember_scope(user: User, stored: PersonScope | None) -> None:
    """Answer the next questions about `user` from their row, whose regions were loaded with it."""
    if stored is None:
        user.__dict__[_MEMO] = NOTHING
    else:
        keys = frozenset(region.pk for region in stored.regions.all())
        user.__dict__[_MEMO] = EVERYTHING if stored.all_regions else Scope(all_regions=False, region_ids=keys)


def _stored(user: User) -> Scope:
    # One row for each region, or one with NULL.
    rows = list(PersonScope.objects.filter(user_id=user.pk).values_list("all_regions", "regions"))
    if any(all_regions for all_regions, _region in rows):
        return EVERYTHING
    return Scope(all_regions=False, region_ids=frozenset(region for _all_regions, region in rows if region is not None))


def people_within(scope: Scope) -> models.QuerySet[User]:
    """The people who see no region outside of `scope`."""
    if scope.all_regions:
        return User.objects.all()
    outside = PersonScope.regions.through.objects.filter(personscope__user=models.OuterRef("pk"))
    outside = outside.exclude(region__in=scope.region_ids)
    wide = PersonScope.objects.filter(user=models.OuterRef("pk"), all_regions=True)
    return User.objects.filter(~models.Exists(outside), ~models.Exists(wide), is_superuser=False)


class ScopedManager(models.Manager[Row]):
    """The rows of a model that belongs to a region; its `region_paths` say where its region is, one of them holding.

    Whatever a person asks for begins with `for_user`, what a background job does for somebody too.
    """

    def for_user(self, user: User | AnonymousUser | None) -> models.QuerySet[Row]:
        """Only what `user` may see; None is the system, which sees all."""
        return self.in_scope(scope_of(user))

    def in_scope(self, scope: Scope) -> models.QuerySet[Row]:
        """Only rows of the regions of `scope`."""
        rows = self.get_queryset()
        return rows if scope.all_regions else rows.filter(scope.q(*self.model.region_paths))  # type: ignore[attr-defined]


class SpanningManager(ScopedManager[Row]):
    """The rows of a model with parts in several regions: a row is seen by whoever sees one of its parts.

    Whoever shows it shows only the parts in scope, and counts only them.
    """

    def in_scope(self, scope: Scope) -> models.QuerySet[Row]:
        """Only rows with a part in the regions of `scope`."""
        rows = self.get_queryset()
        if scope.all_regions:
            return rows
        parts = self.model._base_manager.filter(scope.q(*self.model.region_paths), pk=models.OuterRef("pk"))  # type: ignore[attr-defined]
        return rows.filter(models.Exists(parts))
