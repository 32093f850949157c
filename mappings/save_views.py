"""Changing the content of an open version: the whole page, or one column that was found by searching."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dentalhub.access import Role, role_required
from mappings.assignment import assigned, assignment_of, unknown_column
from mappings.decisions import Decision, apply, problems, whole_decision
from mappings.diff import changes, diff
from mappings.document import MappingDocument
from mappings.exceptions import TransitionError
from mappings.forms import decision_of
from mappings.models import Mapping
from mappings.page_access import mapping_or_404, page_in_queue, person
from mappings.review_rows import Source
from mappings.review_source import source_now
from mappings.review_views import page_context
from mappings.versions import edit

CONFLICT = 409
_MOST_PROBLEMS = 5
_SAID_ANEW = frozenset({"csrfmiddlewaretoken", "content_hash"})


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_save(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Keep the posted choices as a draft of this person."""
    mapping = mapping_or_404(request, center_id, version)
    return _kept(request, mapping, lambda document, source: _posted(request, document, source))


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_assign(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Give the found column to its field, and keep what else was chosen on the page."""
    mapping = mapping_or_404(request, center_id, version)
    item = assignment_of(request.POST.get("assign", ""))
    if item is None:
        return HttpResponseBadRequest(_("Nothing was chosen."))

    def decide(document: MappingDocument, source: Source) -> Decision | str:
        missing = unknown_column(item, source.catalog)
        if missing:
            return missing[0].sentence
        # The page of the search alone has none of the review page's fields.
        is_whole = "code.0" in request.POST
        base = _posted(request, document, source) if is_whole else whole_decision(document)
        return assigned(base, item, document, source.catalog, source.profile)

    return _kept(request, mapping, decide, anchor=f"#field-{item.key}")


def _posted(request: HttpRequest, document: MappingDocument, source: Source) -> Decision:
    return decision_of(request.POST.dict(), document, source.catalog, source.profile)


def _kept(
    request: HttpRequest,
    mapping: Mapping,
    decide: Callable[[MappingDocument, Source], Decision | str],
    anchor: str = "",
) -> HttpResponse:
    """Back on the page at `anchor`, with what was kept or with the sentence that says why not.

    A decision that cannot be kept, because somebody else was faster, is answered by a page that still has it.
    """
    document, source = mapping.document(), source_now(mapping)
    decision = decide(document, source)
    refusal = decision if isinstance(decision, str) else _refusal(decision, source)
    if refusal or isinstance(decision, str):
        # Not at the field: the refusal is on top of the page.
        messages.error(request, refusal)
        return redirect(page_in_queue(request, mapping))
    wanted, seen = apply(document, decision), request.POST.get("content_hash")
    if not seen:
        return _not_kept(request, mapping, wanted, _("The page did not say which content you saw. Look at it first."))
    try:
        saved = edit(mapping, wanted, person(request), expected_hash=seen)
    except TransitionError as error:
        return _not_kept(request, mapping, wanted, str(error))
    same = saved.content_hash == mapping.content_hash
    messages.success(request, _("Nothing was changed.") if same else _("Saved."))
    return redirect(f"{page_in_queue(request, mapping)}{anchor}")


def _not_kept(request: HttpRequest, mapping: Mapping, wanted: MappingDocument, reason: str) -> HttpResponse:
    """409: the version as it is now, with `reason` and every choice in which `wanted` differs from it on top.

    While the version is open, what was posted can be sent once more, after seeing what it replaces.
    """
    current = mapping_or_404(request, mapping.center.center_id, mapping.version)
    posted = [(name, value) for name, value in request.POST.items() if name not in _SAID_ANEW]
    context = page_context(request, current) | {
        "refusal": reason,
        "unsaved": changes(diff(current.document(), wanted)),
        "unsaved_fields": posted if current.is_open else [],
        "unsaved_action": request.path,
    }
    return render(request, "mappings/mapping_detail.html", context, status=CONFLICT)


def _refusal(decision: Decision, source: Source) -> str:
    return " ".join(problem.sentence for problem in problems(decision, source.catalog)[:_MOST_PROBLEMS])
