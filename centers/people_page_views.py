"""What the pages of people share: who asks, about whom, and what is shown of somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from centers.people_forms import HandoverForm, ReasonForm
from centers.people_gate import NotAllowedError
from centers.people_rules import Refusal, Standing, refusal_of_link, refusal_to_manage
from centers.people_standing import people, snapshot_of, standing_of, visible_to
from centers.people_words import FIELD_LABELS, REFUSALS, role_names
from centers.scope import remember_scope
from dentalhub.link_mail import send_link
from dentalhub.models import AuditEvent
from dentalhub.password_links import NewLink

EVENTS_SHOWN = 20
# Only a forged request, or rights that ended a moment ago, gets here.
_FORBIDDEN = frozenset({Refusal.NOT_ADMIN, Refusal.ONESELF, Refusal.SUPERUSER, Refusal.OUTSIDE})


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them."""

    person: User
    roles: list[str]
    all_regions: bool
    regions: list[str]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that was done to a person, in words."""

    event: AuditEvent
    label: str
    lines: list[str]


def person_rows(found: Iterable[User]) -> list[PersonRow]:
    """Rows of people whom `people_standing.people` loaded."""
    rows = []
    for person in found:
        shown = snapshot_of(person)
        all_regions = person.is_superuser or shown.reach.all_regions
        names = [] if all_regions else _region_names(person)
        has_second_factor: bool = person.__dict__["has_second_factor"]
        rows.append(PersonRow(person, role_names(shown.roles), all_regions, names, has_second_factor))
    return rows


def person_line(row: PersonRow) -> Sequence[object]:
    """A person in the file, as the page shows them."""
    person = row.person
    regions = _("all regions") if row.all_regions else ", ".join(row.regions)
    factor = _("yes") if row.has_second_factor else _("no")
    access = _("active") if person.is_active else _("deactivated")
    named = [person.get_username(), person.get_full_name(), person.email]
    return [*named, ", ".join(str(role) for role in row.roles), regions, factor, person.last_login, access]


def standing_of_request(request: HttpRequest) -> Standing:
    """The signed-in person as the rules know them."""
    user = cast("User", request.user)
    person = people().get(pk=user.pk)
    remember_scope(user, getattr(person, "person_scope", None))
    return standing_of(person)


def actor_and_person(request: HttpRequest, pk: int) -> tuple[Standing, User]:
    """The signed-in person and whom the page is about; 404 for people who are none of theirs."""
    actor = standing_of_request(request)
    return actor, get_object_or_404(visible_to(actor), pk=pk)


def refuse(request: HttpRequest, error: NotAllowedError) -> HttpResponse:
    """Say what the rules do not allow, and go back to the list. Raises PermissionDenied for what no page offers."""
    if error.refusal in _FORBIDDEN:
        raise PermissionDenied
    messages.error(request, str(REFUSALS[error.refusal]))
    return redirect("people:person_list")


def hand_over(request: HttpRequest, made: NewLink, *, by_email: bool, is_new: bool) -> HttpResponse:
    """Send the link, or show it in this one answer. What cannot be sent is shown."""
    address = f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{made.path}"
    person = made.link.user
    if by_email and send_link(made, address):
        messages.success(request, _("The link was sent to %(address)s.") % {"address": person.email})
        return redirect("people:person_detail", person.pk)
    # No redirect: nothing may keep the address until another request.
    context = {"person": person, "made": made, "address": address, "not_sent": by_email, "is_new": is_new}
    return render(request, "people/link_made.html", context)


def _region_names(person: User) -> list[str]:
    scope = getattr(person, "person_scope", None)
    return sorted(region.name for region in scope.regions.all()) if scope else []


def events_about(person: User) -> QuerySet[AuditEvent]:
    """What was done to `person`, the newest first."""
    return AuditEvent.objects.filter(target=f"auth.user:{person.get_username()}"[:200])


def detail_page(
    request: HttpRequest, actor: Standing, person: User, reason_form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    """One person, with the form that was sent and could not be taken."""
    standing = standing_of(person)
    refusal = refusal_to_manage(actor, standing)
    link_refusal = refusal_of_link(actor, standing)
    context = {
        "row": person_rows([person])[0],
        "person": person,
        "is_oneself": actor.pk == person.pk,
        "may_manage": refusal is None,
        "why_not": REFUSALS[refusal] if refusal else "",
        "may_get_link": link_refusal is None,
        "why_no_link": REFUSALS[link_refusal] if link_refusal else "",
        "handover_form": HandoverForm(auto_id="handover_%s"),
        "reason_form": reason_form or ReasonForm(),
        "standing": standing,
        "events": [EventRow(event, event.action, _lines(event)) for event in events_about(person)[:EVENTS_SHOWN]],
    }
    return render(request, "people/person_detail.html", context, status=status)


def _lines(event: AuditEvent) -> list[str]:
    """The fields that changed, with both values, and the reason."""
    lines = []
    for field, values in event.details.get("changes", {}).items():
        label = FIELD_LABELS.get(field, field)
        before, after = values if isinstance(values, list) else ("", "")
        lines.append(f"{label}: {'–' if before in (None, '') else before} → {'–' if after in (None, '') else after}")
    if reason := event.details.get("reason"):
        lines.append(str(reason))
    return lines
