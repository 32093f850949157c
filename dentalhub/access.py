"""Who may do what: three roles as Django groups, asked in one place, by pages and by the API."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Role(StrEnum):
    """The name of a role is the name of its group."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    ANALYST = "analyst"


class Right(StrEnum):
    """What pages and the API have in common; the values are the scopes of API tokens."""

    READ_CENTERS = "read:centers"
    READ_RUNS = "read:runs"
    WRITE_RUNS = "write:runs"
    READ_SLICES = "read:slices"
    READ_ENTRIES = "read:entries"
    REVEAL_PATIENTS = "reveal:patients"
    EXPORT_ENTRIES = "export:entries"


_EVERYBODY = frozenset(Role)
# Patients' data.
_ENTRIES = frozenset({Role.ANALYST, Role.ADMIN})
ROLES_WITH: Mapping[Right, frozenset[Role]] = {
    Right.READ_CENTERS: _EVERYBODY,
    Right.READ_RUNS: _EVERYBODY,
    Right.WRITE_RUNS: _EVERYBODY,
    Right.READ_SLICES: _EVERYBODY,
    Right.READ_ENTRIES: _ENTRIES,
    # And settings.REVEAL_ROLES.
    Right.REVEAL_PATIENTS: _ENTRIES,
    Right.EXPORT_ENTRIES: _ENTRIES,
}


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of `user`; a superuser has all. One query, remembered on the user object for the request."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_superuser:
        return frozenset(Role)
    cached: frozenset[Role] | None = user.__dict__.get("_dentalhub_roles")
    if cached is None:
        names = set(user.groups.values_list("name", flat=True))
        cached = frozenset(role for role in Role if role.value in names)
        user.__dict__["_dentalhub_roles"] = cached
    return cached


def has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    """True when `user` has at least one of `roles`."""
    return not roles_of(user).isdisjoint(roles)


def may_reveal_patients(user: User | AnonymousUser) -> bool:
    """True when `user` may see patient ids and not only pseudonyms; whoever shows them records it."""
    return any(role.value in settings.REVEAL_ROLES for role in roles_of(user))


def may(user: User | AnonymousUser, right: Right) -> bool:
    """True when one of the roles of `user` has `right` at this moment."""
    if right is Right.REVEAL_PATIENTS and not may_reveal_patients(user):
        return False
    return has_role(user, *ROLES_WITH[right])


def right_required(right: Right) -> Callable[[View], View]:
    """Answer 403 unless the signed-in user has `right`."""
    return role_required(*ROLES_WITH[right])


def role_required(*roles: Role) -> Callable[[View], View]:
    """Answer 403 unless the signed-in user has one of `roles`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast("View", checked)

    return decorate


def roles_context(request: HttpRequest) -> dict[str, dict[str, bool]]:
    """Context processor: `{% if roles.admin %}`."""
    user = getattr(request, "user", AnonymousUser())
    return {"roles": {role.value: True for role in roles_of(user)}}
