"""Centers: the list and one of them."""

import datetime as dt
from typing import Any

from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from centers.enums import CenterState
from centers.models import Center
from dentalhub.access import Right
from dentalhub.api_frame import QuerySchema
from dentalhub.token_auth import needs
from extraction.api.cursors import read_text_cursor, text_cursor
from extraction.api.parameters import Code, Cursor, Limit
from extraction.models import Slice
from mappings.enums import MappingStatus
from mappings.models import Mapping

router = Router(tags=["centers"])


class CenterOut(Schema):
    """One dental practice."""

    id: str
    name: str
    city: str
    region: str = Field(description="Code of the region.")
    server: str = Field(description="Code of the database server.")
    software: str
    state: CenterState


class CenterDetail(CenterOut):
    """One dental practice, and how far it is."""

    time_zone: str
    holiday_area: str = Field(description="ISO 3166-2; empty: weekends only.")
    mapping_version: int | None = Field(description="The approved version; without one nothing is extracted.")
    last_business_date: dt.date | None = Field(description="The latest day that has landed.")


class CenterPage(Schema):
    """Some centers."""

    items: list[CenterOut]
    next_cursor: str | None


class CenterQuery(QuerySchema):
    """Which centers."""

    region: Code | None = Field(None, description="Code of a region.")
    state: CenterState | None = None
    cursor: Cursor = None
    limit: Limit = 100


@router.get("/centers", response=CenterPage, operation_id="list_centers", **needs(Right.READ_CENTERS))
def list_centers(request: HttpRequest, query: Query[CenterQuery]) -> CenterPage:
    """All centers in the order of their ids."""
    found = _centers(request).order_by("center_id")
    if query.region:
        found = found.filter(server__region__code=query.region)
    if query.state:
        found = found.filter(state=query.state)
    after = read_text_cursor("centers", query.cursor)
    if after is not None:
        found = found.filter(center_id__gt=after)
    centers = list(found[: query.limit + 1])
    shown = centers[: query.limit]
    more = text_cursor("centers", shown[-1].center_id) if len(centers) > len(shown) else None
    return CenterPage(items=[CenterOut(**_facts(center)) for center in shown], next_cursor=more)


@router.get("/centers/{center_id}", response=CenterDetail, operation_id="get_center", **needs(Right.READ_CENTERS))
def get_center(request: HttpRequest, center_id: str) -> CenterDetail:
    """One center."""
    center = _centers(request).filter(center_id=center_id).first()
    if center is None:
        raise Http404
    approved = Mapping.objects.filter(center=center, status=MappingStatus.APPROVED).order_by("-version")
    return CenterDetail(
        **_facts(center),
        time_zone=center.server.region.time_zone,
        holiday_area=center.area,
        mapping_version=approved.values_list("version", flat=True).first(),
        last_business_date=Slice.objects.filter(center=center).aggregate(last=Max("business_date"))["last"],
    )


def _centers(request: HttpRequest) -> QuerySet[Center]:
    return Center.objects.for_user(request.user).select_related("server__region")


def _facts(center: Center) -> dict[str, Any]:
    return {
        "id": center.center_id,
        "name": center.name,
        "city": center.city,
        "region": center.server.region.code,
        "server": center.server.code,
        "software": center.adapter,
        "state": CenterState(center.state),
    }
