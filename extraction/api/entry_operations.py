"""Chart entries, page by page. Patients' data: analysts and admins only, as on the pages."""

from django.http import HttpRequest
from ninja import Query, Router

from dentalhub.access import Right
from dentalhub.token_auth import needs, token_of
from extraction.api.cursors import entry_cursor, read_entry_cursor
from extraction.api.entry_schemas import EntryConditions, EntryPage, EntryQuery, EntrySearch, entry_out
from extraction.api.parameters import check_centers, check_days
from extraction.api.reasons import why_of
from extraction.entries import EntryFilter
from extraction.patients import revealed
from extraction.stable_pages import stable_page

router = Router(tags=["entries"])


@router.get("/entries", response=EntryPage, operation_id="list_entries", **needs(Right.READ_ENTRIES))
def list_entries(request: HttpRequest, query: Query[EntryQuery]) -> EntryPage:
    """Chart entries by day and center. New slices may land in between: what was there all along comes exactly once."""
    return _page(request, query, query.entry_filter(request.user), query.cursor, query.limit)


@router.post("/entries/search", response=EntryPage, operation_id="search_entries", **needs(Right.READ_ENTRIES))
def search_entries(request: HttpRequest, payload: EntrySearch) -> EntryPage:
    """The same, also by text or patient, which stay out of addresses and their logs."""
    wanted = payload.entry_filter(request.user, payload.text, payload.patient)
    return _page(request, payload, wanted, payload.cursor, payload.limit)


def _page(
    request: HttpRequest, asked: EntryConditions, wanted: EntryFilter, cursor: str | None, limit: int
) -> EntryPage:
    why = why_of(asked, token_of(request))
    check_days(asked.date_from, asked.date_to)
    check_centers(asked.center, request.user)
    found = stable_page(wanted, read_entry_cursor(cursor), limit)
    more = entry_cursor(found.behind) if found.behind else None
    if why and found.entries:
        revealed(found.entries, token_of(request).user, reason=why.reason, note=why.note)
    items = [entry_out(entry, reveal=why is not None) for entry in found.entries]
    return EntryPage(items=items, next_cursor=more)
