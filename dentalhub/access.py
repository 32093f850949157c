"""Who may do what: four roles as Django groups, asked in one place, by pages and by the API."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from dentalhub.roles import Role as Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Right(StrEnum):
    """What pages and the API have in common; the values are the scopes of API tokens."""

    READ_CENTERS = "read:centers"
    READ_RUNS = "read:runs"
    WRITE_RUNS = "write:runs"
    READ_SLICES = "read:slices"
    READ_ENTRIES = "read:entries"
    REVEAL_PATIENTS = "reveal:patients"
    EXPORT_ENTRIES = "export:entries"
    READ_AUDIT = "read:audit"


# Whoever only checks what others did reads everything but patients' data, and changes nothing.
_ROLES = "_dentalhub_roles"
_EVERYBODY = frozenset(Role)
_WORKING = _EVERYBODY - {Role.AUDITOR}
# Patients' data.
_ENTRIES = frozenset({Role.ANALYST, Role.ADMIN})
ROLES_WITH: Mapping[Right, frozenset[Role]] = {
    Right.READ_CENTERS: _EVERYBODY,
    Right.READ_RUNS: _EVERYBODY,
    Right.WRITE_RUNS: _WORKING,
    Right.READ_SLICES: _EVERYBODY,
    Right.READ_ENTRIES: _ENTRIES,
    # And settings.REVEAL_ROLES.
    Right.REVEAL_PATIENTS: _ENTRIES,
    Right.EXPORT_ENTRIES: _ENTRIES,
    Right.READ_AUDIT: frozenset({Role.ADMIN, Role.AUDITOR}),
}


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of `user`; a superuser has all. One query, or none for the person of a session (`sign_in.backends`)."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_superuser:
        return frozenset(Role)
    # The user of a request is a stand-in: what is read and set by name is that of the user behind it.
    cached: frozenset[Role] | None = getattr(user, _ROLES, None)
    if cached is None:
        cached = remember_roles(user, set(user.groups.values_list("name", flat=True)))
    return cached


def remember_roles(user: User, groups: Collection[str]) -> frozenset[Role]:
    """The roles of `user`, who is in the groups of these names; `roles_of` asks for them no more."""
    roles = frozenset(role for role in Role if role.value in groups)
    setattr(user, _ROLES, roles)
    return roles


def forget_roles(user: User) -> None:
    """Ask again for the roles of `user`, whose groups have changed."""
    if hasattr(user, _ROLES):
        delattr(user, _ROLES)


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
