"""The list of centers: its columns, its filter's parameters, and its lines in a file."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centers.center_facets import facets
from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, folded


def _page() -> ListPage:
    # Read when the first page is asked for: other apps have registered their facets by then.
    facet_columns = [Column(facet.name, facet.label, facet.order) for facet in facets()]
    return ListPage(
        name="centers",
        title=_("Centers"),
        view="centers:center_list",
        columns=(
            Column("center", _("Center"), ("center_id",)),
            Column("name", _("Name"), (folded("name"),)),
            Column("city", _("City"), (folded("city"),)),
            Column("region", _("Region"), (folded("server__region__name"),)),
            Column("server", _("Server"), ("server__code",)),
            Column("database", _("Database"), ("database",)),
            *facet_columns,
            Column("state", _("State"), ("state",)),
        ),
        default="center",
        target="center-table",
        parameters=("q", "region", "state", *(facet.name for facet in facets()), "agreement"),
    )


CENTERS = register(_page())


def with_facets(centers: QuerySet[Any]) -> QuerySet[Any]:
    """`centers` with what the facets show of them."""
    for facet in facets():
        centers = facet.annotate(centers)
    return centers


def headings() -> list[object]:
    """The first line of the file."""
    return [column.label for column in CENTERS.columns]


def line(center: Any) -> Sequence[object]:
    """A center in the file, as the page shows it."""
    told = [", ".join(str(shown.label) for shown in facet.shown(center)) for facet in facets()]
    server = center.server
    placed = [center.name, center.city, server.region, server.code, center.database]
    return [center.center_id, *placed, *told, center.get_state_display()]
