"""The roles there are, apart from `dentalhub.access`, since settings name them before any model is there. *Pure*."""

from collections.abc import Sequence
from enum import StrEnum

from django.core.exceptions import ImproperlyConfigured


class Role(StrEnum):
    """The name of a role is the name of its group."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    AUDITOR = "auditor"


def checked_roles(setting: str, names: Sequence[str]) -> list[str]:
    """`names` when each is a role; raises ImproperlyConfigured, since a mistyped one would protect nothing."""
    for name in names:
        if name not in set(Role):
            raise ImproperlyConfigured(f"{setting}: {name!r} is no role; there are {', '.join(Role)}.")
    return list(names)
