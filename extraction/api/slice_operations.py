"""Slices: what is known of each center on each business date."""

from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Query, Router
from pydantic import Field

from centers.models import Center
from dentalhub.access import Right
from dentalhub.api_frame import QuerySchema
from dentalhub.token_auth import needs
from extraction.api.cursors import read_text_cursor, text_cursor
from extraction.api.parameters import MOST_DAYS, MOST_IDS, Code, Cursor, Day, Limit, check_centers, check_days
from extraction.api.slice_schemas import SliceOut, SlicePage, slices_out
from extraction.run_requests import yesterday
from extraction.slice_grid import slice_grid
from extraction.slice_states import SliceState

router = Router(tags=["slices"])


class SliceQuery(QuerySchema):
    """Which slices."""

    date_from: Day | None = Field(None, description="The first business date; default: `date_to`, or yesterday.")
    date_to: Day | None = Field(None, description="The last one; default: `date_from`, or yesterday.")
    center: Annotated[list[Code], Field(max_length=MOST_IDS)] = []
    region: Code | None = Field(None, description="Code of a region.")
    state: Annotated[list[SliceState], Field(max_length=len(SliceState), description="Only these states.")] = []
    cursor: Cursor = None
    limit: Limit = 100


@router.get("/slices", response=SlicePage, operation_id="list_slices", **needs(Right.READ_SLICES))
def list_slices(request: HttpRequest, query: Query[SliceQuery]) -> SlicePage:
    """Slices by center and day, those of days that have not been read too.

    A page ends between two centers: it holds all days of one center, even if these are more than `limit`, and with
    `state` it may be short or empty. Only `next_cursor` says whether more follow.
    """
    first = query.date_from or query.date_to or yesterday()
    last = query.date_to or first
    check_days(first, last, MOST_DAYS)
    check_centers(query.center, request.user)
    found = Center.objects.for_user(request.user).order_by("center_id")
    if query.center:
        found = found.filter(center_id__in=query.center)
    if query.region:
        found = found.filter(server__region__code=query.region)
    after = read_text_cursor("slices", query.cursor)
    if after is not None:
        found = found.filter(center_id__gt=after)
    count = max(1, query.limit // ((last - first).days + 1))
    keys = list(found.values_list("pk", "center_id")[: count + 1])
    shown = keys[:count]
    more = text_cursor("slices", shown[-1][1]) if len(keys) > len(shown) else None
    if not shown:
        return SlicePage(items=[], next_cursor=None)
    grid = slice_grid(
        first, last, Center.objects.for_user(request.user).filter(pk__in=[pk for pk, _center_id in shown])
    )
    return SlicePage(items=slices_out(grid, set(query.state)), next_cursor=more)


@router.get("/slices/{center_id}/{day}", response=SliceOut, operation_id="get_slice", **needs(Right.READ_SLICES))
def get_slice(request: HttpRequest, center_id: str, day: Day) -> SliceOut:
    """One center on one business date."""
    center = Center.objects.for_user(request.user).filter(center_id=center_id)
    if not center:
        raise Http404
    return slices_out(slice_grid(day, day, center), set())[0]
