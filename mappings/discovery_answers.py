"""The answer to those who asked for a center in the background: what its source looks like, and a version to review."""

import logging

from django.contrib.auth.models import User

from centers.models import Center
from mappings.discovery_items import NOT_PROPOSED, fail, succeed
from mappings.enums import MappingStatus
from mappings.models import Mapping, SchemaSnapshot
from mappings.transitions import OPEN
from mappings.versions import propose_for

_log = logging.getLogger(__name__)


def answer(center: Center, snapshot: SchemaSnapshot, draft: Mapping | None = None, actor: User | None = None) -> None:
    """End the items that wait for `center`, whose source has just answered with `snapshot`.

    `draft`: made for it already. Where nothing is approved and no version fits `snapshot`, one is proposed.
    """
    try:
        mapping = draft or _present(center, snapshot) or propose_for(center, snapshot, actor)
    except Exception as error:  # noqa: BLE001 # one center's proposal ends no other's
        # Its kind only: the text may hold names of the source.
        _log.error("no mapping could be proposed for center %s: %s", center.center_id, type(error).__name__)
        fail(center.pk, NOT_PROPOSED, "")
        return
    succeed(snapshot, mapping)


def _present(center: Center, snapshot: SchemaSnapshot) -> Mapping | None:
    """The version that makes a proposal needless: approved, or for this schema, or on a person's desk."""
    versions = Mapping.objects.filter(center=center).exclude(status=MappingStatus.SUPERSEDED).defer("content")
    for mapping in versions.order_by("-version"):
        is_persons = mapping.status in OPEN and mapping.author_id is not None
        if mapping.status == MappingStatus.APPROVED or mapping.snapshot_id == snapshot.pk or is_persons:
            return mapping
    return None
