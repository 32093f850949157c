"""Where the mapping of a center stands, as the list of centers shows it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from centers.center_facets import Facet, Shown
from mappings.center_list import (
    BADGES,
    DRIFT_LABEL,
    DRIFTED,
    STATE_LABELS,
    STATE_OF_ORDER,
    Annotated,
    in_state,
    with_mapping_state,
)
from mappings.enums import DriftState


def _shown(center: Any) -> list[Shown]:
    state = STATE_OF_ORDER[center.state_order]
    badges = [Shown(BADGES[state], STATE_LABELS[state])]
    if center.drift != DriftState.NONE:
        badge = "failed" if center.drift == DriftState.BREAKING else "warning"
        badges.append(Shown(badge, DRIFT_LABEL))
    return badges


def _narrow(centers: Annotated, state: str) -> Annotated:
    return in_state(centers, state)


MAPPING = Facet(
    name="mapping",
    label=_("Mapping"),
    choices=[*STATE_LABELS.items(), (DRIFTED, DRIFT_LABEL)],
    annotate=with_mapping_state,
    narrow=_narrow,
    shown=_shown,
    order=("state_order", "drift_order"),
)
