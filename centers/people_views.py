"""The pages of people: the list, one person, bringing in and changing one. All need the role admin."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from centers.people_changes import ChangedMeanwhileError, TakenError, change_person, create_person
from centers.people_columns import PEOPLE, headings
from centers.people_filter_forms import PeopleFilter
from centers.people_forms import NewPersonForm, PersonForm
from centers.people_gate import NotAllowedError
from centers.people_page_views import (
    actor_and_person,
    detail_page,
    events_about,
    hand_over,
    person_line,
    person_rows,
    refuse,
    standing_of_request,
)
from centers.people_rules import refusal_to_change
from centers.people_search import in_order, keys_of
from centers.people_sign_in import make_link
from centers.people_snapshot import Snapshot, differences
from centers.people_standing import snapshot_of, standing_of, visible_to
from centers.people_words import REFUSALS, sentence
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from dentalhub.list_csv import csv_answer, in_pieces
from dentalhub.models import AuditEvent
from dentalhub.reauthentication import recent_sign_in_required

PEOPLE_PER_PAGE = 50
show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@role_required(Role.ADMIN)
def person_list(request: HttpRequest) -> HttpResponseBase:
    """The people of the admin's regions; the address narrows and sorts them, and `format=csv` makes a file."""
    asked = PEOPLE.asked(request)
    actor = standing_of_request(request)
    form = PeopleFilter(request.GET or {}, actor)
    people = visible_to(actor)
    narrowed = PEOPLE.ordered(form.narrow(people), asked.sort) if form.is_valid() else people.none()
    keys = keys_of(narrowed, form.cleaned_data.get("q", ""))
    if asked.wants_csv:
        found = in_pieces(keys, lambda some: person_rows(in_order(people, some)))
        return csv_answer(request, asked, headings(), map(person_line, found))
    page = Paginator(keys, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    rows = person_rows(in_order(people, list(page.object_list)))
    context = {"form": form, "page_obj": page, "rows": rows, "asked": asked}
    return render_page(request, "people/person_list.html", "people/_person_table.html", context)


@require_safe
@role_required(Role.ADMIN)
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person, what may be done about them, and what was done lately."""
    actor, person = actor_and_person(request, pk)
    return detail_page(request, actor, person)


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_create(request: HttpRequest) -> HttpResponse:
    """Bring in a person, who chooses a password by a link."""
    actor = standing_of_request(request)
    form = NewPersonForm(actor, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, status=422 if form.is_bound else 200)
    admin = cast("User", request.user)
    try:
        person = create_person(admin, form.cleaned_data["username"], form.wanted())
    except TakenError as error:
        return _taken(request, form, error)
    except NotAllowedError as error:
        return refuse(request, error)
    by_email = bool(form.cleaned_data.get("by_email"))
    made = make_link(admin, person.pk, by_email=by_email)
    return hand_over(request, made, by_email=by_email, is_new=True)


@show_or_save
@role_required(Role.ADMIN)
@recent_sign_in_required
def person_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change names, e-mail, roles and regions; of oneself only the first two."""
    actor, person = actor_and_person(request, pk)
    standing, now = standing_of(person), snapshot_of(person)
    if (refusal := refusal_to_change(actor, standing, now.wanted(is_active=person.is_active), ())) is not None:
        return refuse(request, NotAllowedError(refusal))
    form = PersonForm(actor, standing, now, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, person, status=422 if form.is_bound else 200)
    seen: Snapshot = form.cleaned_data["seen"]
    try:
        is_changed = change_person(cast("User", request.user), pk, seen, form.wanted())
    except ChangedMeanwhileError as error:
        return _conflict(request, form, person, seen, error.now)
    except TakenError as error:
        return _taken(request, form, error, person)
    except NotAllowedError as error:
        form.add_error(None, str(REFUSALS[error.refusal]))
        return _form_page(request, form, person, status=422)
    if is_changed:
        messages.success(request, _("%(name)s was changed.") % {"name": person.get_username()})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("people:person_detail", pk)


def _form_page(
    request: HttpRequest,
    form: PersonForm,
    person: User | None = None,
    status: int = 200,
    changed: Sequence[str] = (),
    changed_by: AuditEvent | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "person": person,
        "standing": form.standing,
        "changed": changed,
        "changed_by": changed_by,
    }
    return render(request, "people/person_form.html", context, status=status)


def _taken(request: HttpRequest, form: PersonForm, error: TakenError, person: User | None = None) -> HttpResponse:
    if error.field == "username":
        form.add_error("username", _("Somebody has this name already."))
    else:
        form.add_error("email", _("Somebody else has this address."))
    return _form_page(request, form, person, status=422)


def _conflict(request: HttpRequest, form: PersonForm, person: User, seen: Snapshot, now: Snapshot) -> HttpResponse:
    """What the admin entered stays in the form; sending it again is a decision that knows what changed."""
    data = cast("Any", form.data).copy()
    data["seen"] = now.as_text()
    again = PersonForm(standing_of_request(request), standing_of(person), now, data)
    by = events_about(person).filter(action="person.changed").first()
    changed = [sentence(difference) for difference in differences(seen, now)]
    return _form_page(request, again, person, status=409, changed=changed, changed_by=by)
