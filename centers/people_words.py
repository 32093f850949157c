"""What the pages of people call roles, fields and refusals. *Pure*."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.people_rules import Refusal
from centers.people_snapshot import ALL_REGIONS, Difference
from dentalhub.access import Role

ROLE_LABELS: Mapping[Role, Promise] = {
    Role.ADMIN: gettext_lazy("Admin"),
    Role.REVIEWER: gettext_lazy("Reviewer"),
    Role.ANALYST: gettext_lazy("Analyst"),
    Role.AUDITOR: gettext_lazy("Auditor"),
}
FIELD_LABELS = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail address"),
    "roles": gettext_lazy("Roles"),
    "regions": gettext_lazy("Regions"),
}
REFUSALS: Mapping[Refusal, Promise] = {
    Refusal.NOT_ADMIN: gettext_lazy("Only network admins manage people."),
    Refusal.ONESELF: gettext_lazy("Nobody changes their own roles, regions or access: another admin does."),
    Refusal.SUPERUSER: gettext_lazy("Only superusers manage superusers and staff."),
    Refusal.OUTSIDE: gettext_lazy("This person has regions that you do not have."),
    Refusal.REGION: gettext_lazy("You can only give regions that you have yourself."),
    Refusal.LAST_ADMIN: gettext_lazy("This is the last active admin: make somebody else an admin first."),
    Refusal.FROM_PROVIDER: gettext_lazy("This person signs in by single sign-on, which also says what they may do."),
    Refusal.INACTIVE: gettext_lazy("This person is deactivated: let them in again first."),
}


def role_names(roles: Sequence[str]) -> list[str]:
    """Roles in words."""
    return [str(ROLE_LABELS[Role(role)]) for role in roles]


def sentence(difference: Difference) -> str:
    """One change that somebody else made, in a sentence."""
    return _("%(field)s: was “%(before)s”, is now “%(after)s”.") % {
        "field": FIELD_LABELS[difference.field],
        "before": _shown(difference.field, difference.before),
        "after": _shown(difference.field, difference.after),
    }


def _shown(field: str, value: str | tuple[str, ...]) -> str:
    if field == "roles":
        known = {role.value for role in Role}
        value = tuple(role_names([role for role in value if role in known]))
    if value == (ALL_REGIONS,):
        return _("all regions")
    return (value if isinstance(value, str) else ", ".join(value)) or _("nothing")
