"""Who may do what: three roles as Django groups, asked in one place."""

from collections.abc import Callable
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
