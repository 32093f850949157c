"""What the actions of audit events are called and what kind they are.

Each app says so for its own actions in its module `audit_actions`, which is found when Django starts:

    register({"center.paused": Action(_("center paused"), Kind.CONFIGURATION)})
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dentalhub.audit_kinds import Kind


@dataclass(frozen=True, slots=True)
class Action:
    """The label is a short phrase that stands alone; the kind decides how long events are kept."""

    label: str | Promise
    kind: Kind


_ACTIONS: dict[str, Action] = {}


def register(actions: Mapping[str, Action]) -> None:
    """Make actions known."""
    _ACTIONS.update(actions)


def all_actions() -> Mapping[str, Action]:
    """Every action that is known, by its word."""
    return _ACTIONS


def kind_of(action: str) -> Kind:
    """The kind; `other` where nobody registered the action."""
    known = _ACTIONS.get(action)
    return known.kind if known else Kind.OTHER


def label_of(action: str) -> str:
    """The label in the present language; the word itself where nobody registered it."""
    known = _ACTIONS.get(action)
    return str(known.label) if known else action


register(
    {
        "token.created": Action(_("API token made"), Kind.ACCESS),
        "token.revoked": Action(_("API token revoked"), Kind.ACCESS),
        "person.signed_in": Action(_("signed in"), Kind.SIGN_IN),
        "person.sign_in_failed": Action(_("sign-in failed"), Kind.SIGN_IN),
        "person.sign_in_limited": Action(_("sign-in refused after too many attempts"), Kind.SIGN_IN),
        "person.signed_out": Action(_("signed out"), Kind.SIGN_IN),
        "session.expired": Action(_("session ended by itself"), Kind.SIGN_IN),
        "session.revoked": Action(_("session ended by a person"), Kind.SIGN_IN),
        "person.password_chosen": Action(_("password chosen by a link"), Kind.ACCESS),
        "person.password_changed": Action(_("password changed"), Kind.ACCESS),
        "person.second_factor_added": Action(_("second factor added"), Kind.ACCESS),
        "person.second_factor_removed": Action(_("second factor removed"), Kind.ACCESS),
        "person.recovery_codes_renewed": Action(_("recovery codes renewed"), Kind.ACCESS),
        "person.created": Action(_("person added"), Kind.ACCESS),
        "person.linked": Action(_("person linked to a provider"), Kind.ACCESS),
        "person.superuser_made": Action(_("person made a superuser"), Kind.ACCESS),
        "person.superuser_ended": Action(_("person is no superuser any more"), Kind.ACCESS),
        "person.roles": Action(_("roles of a person changed"), Kind.ACCESS),
        "access.refused": Action(_("access refused"), Kind.REFUSAL),
        "access.refused_often": Action(_("access refused, many times"), Kind.REFUSAL),
        "trail.exported": Action(_("audit trail exported"), Kind.EXPORT),
        "list.exported": Action(_("list downloaded"), Kind.EXPORT),
        "trail.erased": Action(_("content of old events erased"), Kind.CHAIN),
        "trail.broken": Action(_("end of the trail found changed"), Kind.CHAIN),
    }
)
