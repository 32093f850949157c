"""The lists of this app: their columns, their filters' parameters, and their lines in files."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, folded, moment, number
from mappings.center_list import STATE_LABELS, STATE_OF_ORDER
from mappings.enums import DriftState
from mappings.holds import hold_sentence
from mappings.review_queue import Waiting

MAPPINGS = register(
    ListPage(
        name="mappings",
        title=gettext_lazy("Mappings"),
        view="mappings:mapping_list",
        columns=(
            Column("center", gettext_lazy("Center"), ("center_id",)),
            Column("name", gettext_lazy("Name"), (folded("name"),)),
            Column("city", gettext_lazy("City"), (folded("city"),)),
            Column("region", gettext_lazy("Region"), (folded("server__region__name"),)),
            Column("status", gettext_lazy("Status"), ("state_order", "drift_order", "center_id")),
            number("to_review", gettext_lazy("To review"), "open_version"),
            number("approved", gettext_lazy("Approved"), "approved_version"),
            moment("discovered", gettext_lazy("Discovered"), "discovered_at"),
        ),
        default="status",
        target="mapping-table",
        parameters=("q", "state", "region"),
    )
)
# Sorted by `review_queue`, which also knows what comes next; here only what can be sorted is said.
QUEUE = register(
    ListPage(
        name="queue",
        title=gettext_lazy("Waiting for me"),
        view="review:queue",
        columns=(
            Column("version", gettext_lazy("Version"), ("center__center_id",)),
            Column("name", gettext_lazy("Name"), ("center__name",)),
            Column("region", gettext_lazy("Region"), ("center__server__region__name",)),
            Column("status", gettext_lazy("Status"), ("status",)),
            Column("confidence", gettext_lazy("Confidence")),
            number("fields", gettext_lazy("Fields to look at")),
            Column("author", gettext_lazy("Author"), ("author__username",)),
            Column("since", gettext_lazy("Waiting since"), ("created_at",)),
        ),
        default="since",
        target="queue-table",
        parameters=("q", "region", "state", "drift", "confidence"),
    )
)


def mapping_headings() -> list[object]:
    """The first line of the file of mappings."""
    return [*(column.label for column in MAPPINGS.columns), _("Drift"), _("On hold")]


def mapping_line(center: Any) -> Sequence[object]:
    """A center with where its mapping stands, as the page shows it."""
    placed = [center.center_id, center.name, center.city, center.server.region]
    state = STATE_LABELS[STATE_OF_ORDER[center.state_order]]
    versions = [center.open_version, center.approved_version, center.discovered_at]
    drift = DriftState(center.drift)
    drifted = "" if drift is DriftState.NONE else drift.label
    return [*placed, state, *versions, drifted, hold_sentence(center.hold)]


def queue_headings() -> list[object]:
    """The first line of the file of the queue."""
    return [gettext_lazy("Center"), *(column.label for column in QUEUE.columns)]


def queue_line(item: Waiting) -> Sequence[object]:
    """A version that waits, as the page shows it."""
    mapping, center = item.mapping, item.mapping.center
    certain = _("everything certain") if item.load.is_certain else _("needs a look")
    author = mapping.author.get_username() if mapping.author else _("proposal")
    shown = [center.center_id, mapping.version, center.name, center.server.region, mapping.get_status_display()]
    return [*shown, certain, item.load.to_look_at, author, mapping.created_at]
