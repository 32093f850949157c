"""The page of the servers and centers that are left alone, and the button that ends it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from centers.scope import scope_of
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from extraction.breaker_reset import UnknownBreakerError, find, reset, reset_all, shut_breakers


@require_safe
@role_required(*Role)
def breaker_list(request: HttpRequest) -> HttpResponse:
    """The open and half-open breakers with their causes."""
    context = {"breakers": list(shut_breakers(scope_of(request.user))), "now": timezone.now()}
    return render_page(request, "extraction/breaker_list.html", "extraction/_breaker_table.html", context)


@require_POST
@role_required(Role.ADMIN)
def breaker_reset(request: HttpRequest, name: str) -> HttpResponse:
    """Close the breaker of `server:CODE` or `center:ID`."""
    try:
        breaker = find(name, scope_of(request.user))
    except UnknownBreakerError as error:
        raise Http404 from error
    if breaker is not None and reset(breaker, cast("User", request.user)):
        messages.success(request, _("The next run tries %(name)s again.") % {"name": breaker.guarded})
    else:
        messages.info(request, _("It was not left alone any more."))
    return redirect("extraction:breaker_list")


@require_POST
@role_required(Role.ADMIN)
def breaker_reset_all(request: HttpRequest) -> HttpResponse:
    """Close all breakers of the person's regions."""
    count = reset_all(shut_breakers(scope_of(request.user)), cast("User", request.user))
    text = ngettext(
        "The next run tries %(count)d server or center again.",
        "The next run tries %(count)d servers and centers again.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("extraction:breaker_list")
