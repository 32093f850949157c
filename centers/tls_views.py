"""The page on which admins decide how a server shows that it is the right one.

What changes it asks anew who is there. A fetch changes nothing and sends no password; a refusal leaves all as it is.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from centers.asked_tests import TooManyTestsError
from centers.exceptions import CentersError, SourceError, TrustError
from centers.models import DatabaseServer, TlsTrust
from centers.pinning import fetch_certificate, pin, pinned_certificate, verify
from centers.tls_forms import ApproveForm, PinForm, TrustForm
from centers.trust import approve_trust, open_request, refuse_trust, request_trust
from dentalhub.access import Right, Role, right_required, role_required
from dentalhub.reauthentication import recent_sign_in_required


@require_safe
@right_required(Right.READ_CENTERS)
def server_tls(request: HttpRequest, code: str) -> HttpResponse:
    """What holds, who asked for what, and what can be done."""
    return _page(request, _server(request, code))


@require_POST
@role_required(Role.ADMIN)
def certificate_fetch(request: HttpRequest, code: str) -> HttpResponse:
    """Show the certificate that the server shows; changes nothing."""
    server = _server(request, code)
    try:
        return _page(request, server, shown=fetch_certificate(server, _person(request)))
    except (SourceError, TooManyTestsError) as error:
        return _refused(request, server, error)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def certificate_pin(request: HttpRequest, code: str) -> HttpResponse:
    """Accept this one certificate from now on."""
    server, form = _server(request, code), PinForm(request.POST)
    if not form.is_valid():
        return _page(request, server, status=422, pin_form=form)
    try:
        pin(server, _person(request), form.cleaned_data["fingerprint"])
    except CentersError as error:
        return _refused(request, server, error, pin_form=form)
    messages.success(request, _("The certificate of %(server)s is pinned.") % {"server": server.code})
    return redirect("centers:server_tls", server.code)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """Go back to verifying the certificate."""
    server = _server(request, code)
    verify(server, _person(request))
    messages.success(request, _("The certificate of %(server)s is verified from now on.") % {"server": server.code})
    return redirect("centers:server_tls", server.code)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def trust_request(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a second person to let this server be trusted blindly."""
    server, form = _server(request, code), TrustForm(request.POST)
    if not form.is_valid():
        return _page(request, server, status=422, trust_form=form)
    try:
        request_trust(server, _person(request), form.cleaned_data["reason"], form.cleaned_data["days"])
    except TrustError as error:
        return _refused(request, server, error, trust_form=form)
    messages.success(request, _("A second person has to approve it now."))
    return redirect("centers:server_tls", server.code)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def trust_approve(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Be the second person."""
    server, form = _server(request, code), ApproveForm(request.POST)
    asked = get_object_or_404(
        TlsTrust.objects.for_user(request.user).select_related("requested_by"), pk=pk, server=server
    )
    if not form.is_valid():
        return _page(request, server, status=422, approve_form=form)
    try:
        approve_trust(asked, _person(request), form.cleaned_data["why_alone"])
    except TrustError as error:
        return _refused(request, server, error, approve_form=form)
    messages.success(request, _("%(server)s is trusted blindly for %(days)d days.") % _words(server, asked))
    return redirect("centers:server_tls", server.code)


@require_POST
@role_required(Role.ADMIN)
def trust_refuse(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Decide against a request, or take back one's own."""
    server = _server(request, code)
    try:
        refuse_trust(get_object_or_404(TlsTrust.objects.for_user(request.user), pk=pk, server=server), _person(request))
    except TrustError as error:
        return _refused(request, server, error)
    messages.success(request, _("The request is refused; nothing has changed."))
    return redirect("centers:server_tls", server.code)


def _page(request: HttpRequest, server: DatabaseServer, status: int = 200, **context: Any) -> HttpResponse:
    waiting = open_request(server)
    is_own = waiting is not None and waiting.requested_by_id == request.user.pk
    forms = {"pin_form": PinForm(), "trust_form": TrustForm(), "approve_form": ApproveForm()}
    facts = {
        "server": server,
        "pinned": pinned_certificate(server),
        "waiting": waiting,
        "may_approve": not is_own or not settings.FOUR_EYES,
        "is_own": is_own,
        "history": server.trust_requests.select_related("requested_by", "decided_by").order_by("-pk")[:20],
    }
    return render(request, "centers/server_tls.html", {**forms, **facts, **context}, status=status)


def _refused(request: HttpRequest, server: DatabaseServer, error: CentersError, **context: Any) -> HttpResponse:
    server.refresh_from_db()
    status = 429 if isinstance(error, TooManyTestsError) else 422
    return _page(request, server, status, refusal=str(error), **context)


def _server(request: HttpRequest, code: str) -> DatabaseServer:
    return get_object_or_404(DatabaseServer.objects.for_user(request.user).select_related("region"), code=code)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 # the decorators let nobody else in
    return request.user


def _words(server: DatabaseServer, asked: TlsTrust) -> dict[str, object]:
    return {"server": server.code, "days": asked.days}
