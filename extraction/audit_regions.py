"""The one region that an audit event about several centers belongs to; none where they are of several."""

from collections.abc import Collection

from django.db.models import QuerySet

from centers.models import Region


def region_of_run(run_id: int) -> str:
    """The code of the region of all centers of a run, else empty."""
    return _only(Region.objects.filter(servers__centers__center_runs__run=run_id))


def only_region(centers: Collection[int]) -> str:
    """The code of the region of all centers with these keys, else empty."""
    return _only(Region.objects.filter(servers__centers__in=centers)) if centers else ""


def _only(regions: "QuerySet[Region]") -> str:
    codes = list(regions.order_by("code").values_list("code", flat=True).distinct()[:2])
    return codes[0] if len(codes) == 1 else ""
