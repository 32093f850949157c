"""What the database says of people at this moment, as the rules want it."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value

from centers.models import Region
from centers.people_rules import Reach, Standing
from centers.people_snapshot import Snapshot
from centers.scope_models import PersonScope
from dentalhub.access import Role
from dentalhub.sign_in.second_factor import COUNTING


def people() -> QuerySet[User]:
    """All people with what their standing is made of, in three queries.

    `has_second_factor`, `roles_from_provider` and `regions_from_provider` are true or false.
    """
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=COUNTING)
    found = User.objects.select_related("person_scope").prefetch_related("groups", "person_scope__regions")
    providers = settings.OIDC_PROVIDERS.values()
    return found.annotate(
        has_second_factor=Exists(factors),
        roles_from_provider=_signs_in_by([one.key for one in providers if one.manages_roles]),
        regions_from_provider=_signs_in_by([one.key for one in providers if one.manages_regions]),
    )


def visible_to(actor: Standing) -> QuerySet[User]:
    """Whom `actor` sees on the pages of people: themselves, and whose regions are all among their own."""
    if actor.is_superuser or actor.reach.all_regions:
        return people()
    scopes = PersonScope.objects.filter(user=OuterRef("pk"))
    given = PersonScope.regions.through.objects.filter(personscope__user=OuterRef("pk"))
    elsewhere = given.exclude(region__code__in=actor.reach.codes)
    within = Q(is_superuser=False, is_staff=False) & ~Exists(scopes.filter(all_regions=True)) & ~Exists(elsewhere)
    return people().filter(Q(pk=actor.pk) | within)


def standing_of(person: User) -> Standing:
    """The standing of somebody whom `people` loaded."""
    names = {group.name for group in person.groups.all()}
    return Standing(
        pk=person.pk,
        roles=frozenset(role for role in Role if role.value in names),
        reach=snapshot_of(person).reach,
        is_active=person.is_active,
        is_superuser=person.is_superuser,
        is_staff=person.is_staff,
        roles_from_provider=bool(person.__dict__["roles_from_provider"]),
        regions_from_provider=bool(person.__dict__["regions_from_provider"]),
    )


def snapshot_of(person: User) -> Snapshot:
    """What a form shows of somebody whom `people` loaded."""
    names = {group.name for group in person.groups.all()}
    return Snapshot(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        roles=tuple(role.value for role in Role if role.value in names),
        regions=tuple(_reach(person).codes),
    )


def admins() -> list[Standing]:
    """Everybody who is active and can manage people."""
    is_admin = Q(is_superuser=True) | Q(groups__name=Role.ADMIN.value)
    found = people().filter(is_admin, is_active=True).distinct()
    return [standing_of(person) for person in found]


def regions_of(actor: Standing) -> QuerySet[Region]:
    """The regions that `actor` may give."""
    regions = Region.objects.order_by("name")
    if actor.is_superuser or actor.reach.all_regions:
        return regions
    return regions.filter(code__in=actor.reach.codes)


def _signs_in_by(providers: list[str]) -> Exists | Value:
    if not providers:
        return Value(False, output_field=BooleanField())
    return Exists(SocialAccount.objects.filter(user=OuterRef("pk"), provider__in=providers))


def _reach(person: User) -> Reach:
    scope: PersonScope | None = getattr(person, "person_scope", None)
    if scope is None:
        return Reach()
    if scope.all_regions:
        return Reach(all_regions=True)
    return Reach(regions=frozenset(region.code for region in scope.regions.all()))
