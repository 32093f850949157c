"""Searching all columns of a source for a field of a version."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from mappings.assignment import Assignment, assignment_value
from mappings.canonical import canonical_order, canonical_tables
from mappings.column_search import Hit, search_columns
from mappings.document import MappingDocument
from mappings.page_access import mapping_or_404
from mappings.review_source import source_now


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with what one press does; `moves` names the canonical table that this would give another physical one."""

    hit: Hit
    value: str
    is_chosen: bool
    moves: str


@require_GET
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_columns(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """The columns in which every word of `q` is found, each to be given to `field`."""
    mapping = mapping_or_404(request, center_id, version)
    key, query = request.GET.get("field", ""), request.GET.get("q", "").strip()
    document, source = mapping.document(), source_now(mapping)
    chosen = key if key in canonical_order() else ""
    mapped = document.table(chosen.partition(".")[0])
    found = search_columns(source.catalog, source.profile, query, (mapped.schema or "", mapped.table or ""))
    context = {
        "mapping": mapping,
        "center": mapping.center,
        "editable": mapping.is_open,
        "rows": [_row(hit, chosen, document) for hit in found.shown],
        "left_out": found.left_out,
        "search": search_context(chosen, query),
    }
    return render_page(request, "mappings/column_search.html", "mappings/_column_hits.html", context)


def search_context(key: str, query: str = "") -> dict[str, Any]:
    """What the form of the search shows: the words, the field, and all fields by table."""
    tables = [
        (table.name, [table.name, *(f"{table.name}.{item.name}" for item in table.fields)])
        for table in canonical_tables()
    ]
    return {"query": query, "key": key, "tables": tables}


def _row(hit: Hit, key: str, document: MappingDocument) -> HitRow:
    name, _dot, field = key.partition(".")
    mapped = document.table(name)
    is_same = (mapped.schema, mapped.table) == (hit.table.schema, hit.table.name)
    is_chosen = is_same and (not field or mapped.column(field) == hit.column.name)
    value = assignment_value(Assignment(key, hit.table.schema, hit.table.name, hit.column.name))
    return HitRow(hit, value, bool(key) and is_chosen, "" if is_same or not field else name)
