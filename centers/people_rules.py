"""Who may manage whom, and how far. *Pure*.

Every change of a person asks here, with what the database says at that moment, whatever a form showed before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dentalhub.access import Role


class Refusal(StrEnum):
    """Why somebody may not do this; `people_words` says it in a sentence."""

    NOT_ADMIN = "not_admin"
    ONESELF = "oneself"
    SUPERUSER = "superuser"
    OUTSIDE = "outside"
    REGION = "region"
    LAST_ADMIN = "last_admin"
    FROM_PROVIDER = "from_provider"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Reach:
    """All regions, or those with these codes."""

    all_regions: bool = False
    regions: frozenset[str] = frozenset()

    def covers(self, other: "Reach") -> bool:
        """True when every region of `other` is in this one."""
        return self.all_regions or (not other.all_regions and other.regions <= self.regions)

    @property
    def codes(self) -> list[str]:
        """As the audit trail has it: codes in order; `*`, which no code can be, stands for all regions."""
        return ["*"] if self.all_regions else sorted(self.regions)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules must know of a person."""

    pk: int
    roles: frozenset[Role] = frozenset()
    reach: Reach = Reach()
    is_active: bool = True
    is_superuser: bool = False
    # May have rights in Django's own admin that no role gives.
    is_staff: bool = False
    # The single sign-on says at each sign-in which roles, which regions this person has.
    roles_from_provider: bool = False
    regions_from_provider: bool = False

    @property
    def is_admin(self) -> bool:
        """True when this person can manage others."""
        return self.is_active and (self.is_superuser or Role.ADMIN in self.roles)

    @property
    def is_admin_of_all(self) -> bool:
        """True when this person can manage people of every region."""
        return self.is_admin and (self.is_superuser or self.reach.all_regions)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person shall have after a change."""

    roles: frozenset[Role]
    reach: Reach
    is_active: bool = True


def refusal_to_create(actor: Standing, wanted: Wanted) -> Refusal | None:
    """Why `actor` may not bring in a person who is `wanted`; None when that is allowed."""
    if not actor.is_admin:
        return Refusal.NOT_ADMIN
    return _refusal_to_give(actor, wanted.reach)


def refusal_to_manage(actor: Standing, person: Standing) -> Refusal | None:
    """Why `actor` may not touch `person` at all: not the password, the sessions or the second factor either."""
    if not actor.is_admin:
        return Refusal.NOT_ADMIN
    if actor.pk == person.pk:
        return Refusal.ONESELF
    if actor.is_superuser:
        return None
    if person.is_superuser or person.is_staff:
        return Refusal.SUPERUSER
    return None if actor.reach.covers(person.reach) else Refusal.OUTSIDE


def refusal_to_change(actor: Standing, person: Standing, wanted: Wanted, others: Iterable[Standing]) -> Refusal | None:
    """Why `actor` may not make `person` what is `wanted`. `others`: all admins."""
    stays = Wanted(person.roles, person.reach, person.is_active)
    if actor.is_admin and actor.pk == person.pk and wanted == stays:
        # Name and e-mail address only.
        return None
    if (refusal := refusal_to_manage(actor, person)) is not None:
        return refusal
    if person.roles_from_provider and wanted.roles != person.roles:
        return Refusal.FROM_PROVIDER
    if person.regions_from_provider and wanted.reach != person.reach:
        return Refusal.FROM_PROVIDER
    if (refusal := _refusal_to_give(actor, wanted.reach)) is not None:
        return refusal
    return Refusal.LAST_ADMIN if _takes_last_admin(person, wanted, others) else None


def refusal_of_link(actor: Standing, person: Standing) -> Refusal | None:
    """Why `actor` may not hand `person` a link with which the person chooses a password."""
    if (refusal := refusal_to_manage(actor, person)) is not None:
        return refusal
    if person.roles_from_provider:
        return Refusal.FROM_PROVIDER
    return None if person.is_active else Refusal.INACTIVE


def _refusal_to_give(actor: Standing, reach: Reach) -> Refusal | None:
    return None if actor.is_superuser or actor.reach.covers(reach) else Refusal.REGION


def _takes_last_admin(person: Standing, wanted: Wanted, others: Iterable[Standing]) -> bool:
    after = Standing(person.pk, wanted.roles, wanted.reach, wanted.is_active, person.is_superuser)
    remaining = [other for other in others if other.pk != person.pk]
    return _is_lost(person.is_admin, after.is_admin, (other.is_admin for other in remaining)) or _is_lost(
        person.is_admin_of_all, after.is_admin_of_all, (other.is_admin_of_all for other in remaining)
    )


def _is_lost(before: bool, after: bool, elsewhere: Iterable[bool]) -> bool:
    return before and not after and not any(elsewhere)
