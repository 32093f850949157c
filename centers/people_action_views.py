"""What admins do to people by a button. All need the role admin and a recent sign-in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from centers.people_changes import deactivate, reactivate
from centers.people_forms import HandoverForm, ReasonForm
from centers.people_gate import NotAllowedError
from centers.people_page_views import actor_and_person, detail_page, hand_over, refuse
from centers.people_sign_in import make_link, reset_second_factor, sign_out
from dentalhub.access import Role, role_required
from dentalhub.link_mail import tell_second_factor_reset
from dentalhub.reauthentication import recent_sign_in_required


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a person out from this moment on."""
    _actor, person = actor_and_person(request, pk)
    try:
        is_done = deactivate(_admin(request), pk)
    except NotAllowedError as error:
        return refuse(request, error)
    name = {"name": person.get_username()}
    if is_done:
        messages.success(request, _("%(name)s is deactivated; sessions, API tokens and links have ended.") % name)
    else:
        messages.info(request, _("%(name)s had been deactivated already.") % name)
    return redirect("people:person_detail", pk)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    _actor, person = actor_and_person(request, pk)
    try:
        is_done = reactivate(_admin(request), pk)
    except NotAllowedError as error:
        return refuse(request, error)
    name = {"name": person.get_username()}
    if is_done:
        messages.success(request, _("%(name)s may sign in again, with the roles and regions shown here.") % name)
    else:
        messages.info(request, _("%(name)s was active already.") % name)
    return redirect("people:person_detail", pk)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End every session of a person."""
    _actor, person = actor_and_person(request, pk)
    try:
        ended = sign_out(_admin(request), pk)
    except NotAllowedError as error:
        return refuse(request, error)
    text = ngettext("%(count)d session of %(name)s has ended.", "%(count)d sessions of %(name)s have ended.", ended)
    messages.success(request, text % {"count": ended, "name": person.get_username()})
    return redirect("people:person_detail", pk)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factor away from a person who has lost it; the reason is recorded, and the person is told."""
    actor, person = actor_and_person(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return detail_page(request, actor, person, form, status=422)
    try:
        is_done = reset_second_factor(_admin(request), pk, form.cleaned_data["reason"])
    except NotAllowedError as error:
        return refuse(request, error)
    name = {"name": person.get_username()}
    if is_done:
        tell_second_factor_reset(person)
        messages.success(request, _("The second factor of %(name)s is taken away, and the sessions have ended.") % name)
    else:
        messages.info(request, _("%(name)s has no second factor.") % name)
    return redirect("people:person_detail", pk)


@require_POST
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link with which a person chooses a password; it is in this one answer, or in an e-mail."""
    _actor, person = actor_and_person(request, pk)
    form = HandoverForm(request.POST)
    by_email = form.is_valid() and bool(form.cleaned_data.get("by_email")) and bool(person.email)
    try:
        made = make_link(_admin(request), pk, by_email=by_email)
    except NotAllowedError as error:
        return refuse(request, error)
    return hand_over(request, made, by_email=by_email, is_new=False)


def _admin(request: HttpRequest) -> User:
    return cast("User", request.user)
