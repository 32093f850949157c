"""What a reviewer says about one field of a version: right, not right, a comment."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dentalhub.access import Role, role_required
from dentalhub.htmx import wants_fragment
from mappings.enums import FieldVerdict
from mappings.exceptions import TransitionError
from mappings.field_looks import Seen, comment_on, looks_of, mark, progress_of
from mappings.look_subjects import known_keys
from mappings.looks import NOTHING_SAID
from mappings.models import Mapping
from mappings.page_access import mapping_or_404, page_in_queue, person
from mappings.queries import newest_snapshot

# The names of the buttons; each one's value is the field.
_VERDICTS = {"right": FieldVerdict.RIGHT, "wrong": FieldVerdict.WRONG, "undo": None}


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_look(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Store what the pressed button says, and show it; without JavaScript back on the page, at that field."""
    mapping = mapping_or_404(request, center_id, version)
    word = next((name for name in (*_VERDICTS, "comment") if name in request.POST), None)
    if word is None:
        return HttpResponseBadRequest(_("Nothing was chosen."))
    key = request.POST[word]
    if key not in known_keys():
        raise Http404
    try:
        _say(request, mapping, key, word)
    except TransitionError as error:
        return _answer(request, mapping, key, str(error))
    return _answer(request, mapping, key)


def _say(request: HttpRequest, mapping: Mapping, key: str, word: str) -> None:
    text = request.POST.get(f"text.{key}", "")
    if word == "comment":
        comment_on(mapping, key, text, person(request))
        return
    verdict = _VERDICTS[word]
    comment = text if verdict is FieldVerdict.WRONG else ""
    seen = Seen(request.POST.get("content_hash", ""), request.POST.get("fingerprint", ""))
    mark(mapping, key, verdict, person(request), comment=comment, seen=seen)


def _answer(request: HttpRequest, mapping: Mapping, key: str, refusal: str = "") -> HttpResponse:
    """The part of the page for this field; 200 with a refusal too, so that htmx shows it where it was pressed."""
    if not wants_fragment(request):
        if not refusal:
            return redirect(f"{page_in_queue(request, mapping)}#field-{key}")
        # Not at the field: the refusal is on top of the page.
        messages.error(request, refusal)
        return redirect(page_in_queue(request, mapping))
    current = mapping_or_404(request, mapping.center.center_id, mapping.version)
    newest = newest_snapshot(current.center) or current.snapshot
    context = {
        "mapping": current,
        "key": key,
        "look": looks_of(current, newest.catalog()).get(key, NOTHING_SAID),
        "editable": current.is_open,
        "progress": progress_of(current, newest) if current.is_open else None,
        "refusal": refusal,
    }
    return render(request, "mappings/_look_answer.html", context)
