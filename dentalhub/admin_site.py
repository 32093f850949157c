"""Django's administration, for superusers only and behind the same sign-in as every other page."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from dentalhub.reauthentication import recent_sign_in_required

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class _OnlyShown:
    """Rows to look at: nothing is added, changed, deleted, and no action is offered."""

    actions = None

    def has_add_permission(self, request: HttpRequest, *_args: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_args: object) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_args: object) -> bool:
        return False


class SuperuserAdminSite(AdminSite):
    """What changes here asks nobody else, so staff is not enough, and superusers confirm that it is them."""

    def register(
        self, model_or_iterable: Any, admin_class: "type[ModelAdmin[Any]] | None" = None, **options: Any
    ) -> None:
        """Whatever an app or a package registers is for looking only, unless its class says `changes_here`.

        The pages of the app change things by their rules and write them down; here nobody would.
        """
        wanted = admin_class or ModelAdmin
        if not getattr(wanted, "changes_here", False):
            wanted = cast("type[ModelAdmin[Any]]", type(f"Shown{wanted.__name__}", (_OnlyShown, wanted), {}))
        super().register(model_or_iterable, wanted, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """True for active superusers."""
        return request.user.is_active and request.user.is_superuser

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, with its second factor and its limits."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Each page asks for a recent sign-in."""
        inner = super().admin_view(view, cacheable)
        confirmed = recent_sign_in_required(inner)

        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            chosen: Callable[..., HttpResponseBase] = confirmed if self.has_permission(request) else inner
            return chosen(request, *args, **kwargs)

        return cast("View", outer)
