"""The pages of the audit trail, for auditors and admins."""

from dataclasses import asdict, dataclass
from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dentalhub.access import Right, right_required
from dentalhub.audit import Detail, Note, record_each
from dentalhub.audit_actions import label_of
from dentalhub.audit_columns import EVENTS
from dentalhub.audit_export import as_csv, as_json_lines
from dentalhub.audit_filter import EventFilter, page, visible_regions, walk
from dentalhub.audit_forms import EventFilterForm
from dentalhub.audit_head import ONLY_ROW
from dentalhub.audit_kinds import Kind
from dentalhub.audit_models import AuditCheck, AuditEvent
from dentalhub.audit_problems import Finding, Problem
from dentalhub.audit_targets import Target, target_in_words
from dentalhub.htmx import render_page

EVENTS_PER_PAGE = 50
FORMATS = {"csv": ("text/csv; charset=utf-8", as_csv), "jsonl": ("application/x-ndjson", as_json_lines)}


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event with its action, its kind and what it was about in words."""

    event: AuditEvent
    label: str
    kind: str
    target: Target


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after; `is_secret` says that neither is shown."""

    field: str
    before: object
    after: object
    is_secret: bool


@require_safe
@right_required(Right.READ_AUDIT)
def event_list(request: HttpRequest) -> HttpResponse:
    """Events, the newest first or the oldest; the filter stands in the address, `before` is the event to go on from."""
    asked = EVENTS.asked(request)
    form = EventFilterForm(request.GET)
    context: dict[str, object] = {"form": form, "chain": _chain(), "asked": asked}
    if form.is_valid():
        oldest_first, regions = not asked.sort.is_descending, visible_regions(request.user)
        found = page(form.wanted(), regions, EVENTS_PER_PAGE, before=_number(request), oldest_first=oldest_first)
        context |= {
            "rows": [_row(event) for event in found.events],
            "page": found,
            "oldest_first": oldest_first,
            "query": asked.query,
            "fields": _asked(form.wanted()),
        }
    status = 200 if form.is_valid() else 422
    return render_page(request, "audit/event_list.html", "audit/_event_table.html", context, status)


@require_safe
@right_required(Right.READ_AUDIT)
def event_detail(request: HttpRequest, sequence: int) -> HttpResponse:
    """One event with everything that was written."""
    regions = visible_regions(request.user)
    event = AuditEvent.objects.filter(pk=sequence).first()
    if event is None or (regions is not None and event.region not in regions):
        raise Http404
    others = {name: value for name, value in event.details.items() if name != "changes"}
    context = {"row": _row(event), "changes": _changes(event), "details": others, "link": bytes(event.hash).hex()}
    return render(request, "audit/event_detail.html", context)


@require_POST
@right_required(Right.READ_AUDIT)
def event_export(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, as a file; the trail says first who took it."""
    form = EventFilterForm(request.POST)
    name = str(request.POST.get("format"))
    if not form.is_valid() or name not in FORMATS:
        raise Http404
    wanted, regions = form.wanted(), visible_regions(request.user)
    # The searched text stays out: it may be what somebody is called.
    details: dict[str, Detail] = {**_asked(wanted), "format": name, "has_text": bool(wanted.text)}
    details.pop("text", None)
    details["regions"] = None if regions is None else sorted(regions)
    record_each(cast("User", request.user), [Note("trail.exported", "dentalhub.auditevent", details)])
    content_type, write = FORMATS[name]
    response = StreamingHttpResponse(write(walk(wanted, regions)), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate()}.{name}"'
    return response


def _row(event: AuditEvent) -> EventRow:
    kind = Kind(event.kind).label if event.kind in Kind.values else event.kind
    return EventRow(event, label_of(event.action), str(kind), target_in_words(event.target))


def _changes(event: AuditEvent) -> list[Change]:
    found = []
    for field, values in dict(event.details.get("changes") or {}).items():
        both = values if isinstance(values, list) and len(values) == 2 else [None, None]
        found.append(Change(field, both[0], both[1], not isinstance(values, list)))
    return found


def _asked(wanted: EventFilter) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(wanted).items() if value}


def _number(request: HttpRequest) -> int:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _chain() -> dict[str, object]:
    """How far the trail was verified, and what was wrong."""
    check = AuditCheck.objects.filter(pk=ONLY_ROW).first()
    if check is None:
        return {}
    problem = str(Finding(check.problem_at or 0, Problem(check.problem))) if check.problem else ""
    return {"verified_to": check.verified_to, "verified_at": check.verified_at, "problem": problem}
