"""What the decision part of a version's page shows, and what its form sends back: who may decide, what was seen."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth.models import User

from dentalhub.access import Role, has_role
from mappings.four_eyes import is_own_work
from mappings.models import Mapping, SchemaSnapshot


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """`is_own`: the person edited it; `is_waiver`: may approve it all the same, alone and with a reason.

    `fingerprint` is the newest snapshot's, which the page was made from.
    """

    may_decide: bool
    may_approve: bool
    is_own: bool
    is_waiver: bool
    fingerprint: str


def decision_context(mapping: Mapping, person: User, newest: SchemaSnapshot | None) -> dict[str, bool | str]:
    """The names that `mappings/_decision.html` reads; `newest` is the center's newest snapshot."""
    is_own = is_own_work(mapping, person)
    may_decide = mapping.is_open and has_role(person, Role.REVIEWER)
    found = DecisionContext(
        may_decide=may_decide,
        may_approve=may_decide and not (is_own and settings.FOUR_EYES),
        is_own=is_own,
        is_waiver=may_decide and is_own and not settings.FOUR_EYES,
        fingerprint=newest.fingerprint if newest else mapping.snapshot.fingerprint,
    )
    return asdict(found)
