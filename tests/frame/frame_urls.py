"""Addresses for tests of the frame alone: the style guide stands in for every page of the apps."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from dentalhub.language_views import set_language
from dentalhub.reauthentication import recent_sign_in_required
from dentalhub.styleguide import styleguide


def forbidden(request: HttpRequest) -> HttpResponse:
    """Answer 403 to everybody."""
    raise PermissionDenied


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """Fail like a view with a fault."""
    raise RuntimeError("broken on purpose")


@recent_sign_in_required
def guarded(request: HttpRequest) -> HttpResponse:
    """Something far-reaching."""
    return HttpResponse("in")


_runs_and_results = [
    path("runs/", styleguide, name="run_list"),
    path("results/", styleguide, name="entry_list"),
    path("go/", styleguide, name="jump"),
]
urlpatterns = [
    path("", styleguide, name="dashboard"),
    path("centers/", include(([path("", styleguide, name="center_list")], "centers"))),
    path("mappings/", include(([path("", styleguide, name="mapping_list")], "mappings"))),
    path("", include((_runs_and_results, "extraction"))),
    path("help/words/", include(([path("", styleguide, name="glossary")], "help"))),
    path("accounts/", include("dentalhub.sign_in.urls")),
    path("accounts/tokens/", styleguide, name="token_list"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("styleguide/", styleguide, name="styleguide"),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("guarded/", guarded),
    path("admin/", admin.site.urls),
]
