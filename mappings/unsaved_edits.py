"""An edit that was not kept: what it would have changed, and the page that still has it."""

from typing import Any

from django.http import HttpRequest

from mappings.diff import changes, diff
from mappings.document import MappingDocument
from mappings.models import Mapping
from mappings.review_views import page_context

_SAID_ANEW = frozenset({"csrfmiddlewaretoken", "content_hash"})


def unsaved_context(request: HttpRequest, current: Mapping, wanted: MappingDocument, reason: str) -> dict[str, Any]:
    """The review page of `current` as it is now, with `reason` and every choice of the refused edit on top.

    `unsaved` are the decisions in which `wanted` differs from what is saved. While the version is open,
    `unsaved_fields` is the posted form for `unsaved_action`: the person may keep it after seeing what it replaces.
    """
    posted = [(name, value) for name, value in request.POST.items() if name not in _SAID_ANEW]
    return page_context(request, current) | {
        "refusal": reason,
        "unsaved": changes(diff(current.document(), wanted)),
        "unsaved_fields": posted if current.is_open else [],
        "unsaved_action": request.path,
    }
