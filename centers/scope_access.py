"""What only somebody who sees all regions may do: what holds for the network as a whole."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from centers.scope import scope_of

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def sees_all_regions(user: User | AnonymousUser) -> bool:
    """True when no region is hidden from `user`."""
    return scope_of(user).all_regions


def all_regions_required(view: View) -> View:
    """Answer 403 unless the signed-in user sees all regions; below the decorator that asks for the role."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not sees_all_regions(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View", checked)


def scope_context(request: HttpRequest) -> dict[str, object]:
    """Context processor: what pages say of the person's regions. Asked only where a page shows it."""
    user = getattr(request, "user", None) or AnonymousUser()
    return {"person_scope": _LazyScope(user)}


class _LazyScope:
    """`{{ person_scope.all_regions }}` and `{{ person_scope.is_empty }}`, without a query where nobody looks."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self._user = user

    @property
    def all_regions(self) -> bool:
        return scope_of(self._user).all_regions

    @property
    def is_empty(self) -> bool:
        return scope_of(self._user).is_empty
