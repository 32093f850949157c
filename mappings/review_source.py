"""What is known of a center's source when one of its versions is looked at or changed."""

from mappings.document import MappingDocument
from mappings.models import Mapping, SchemaSnapshot
from mappings.policy_setting import current_policy
from mappings.queries import newest_snapshot
from mappings.review_rows import Source


def shown_with(mapping: Mapping, document: MappingDocument, newest: SchemaSnapshot | None) -> Source:
    """An open version is looked at with the newest snapshot and today's policy, a decided one with its own snapshot.

    Only the tables that `document` maps have profiles of their columns.
    """
    is_newest = newest is not None and (mapping.is_open or newest.pk == mapping.snapshot_id)
    snapshot = newest if newest and is_newest else SchemaSnapshot.objects.get(pk=mapping.snapshot_id)
    policy = current_policy() if mapping.is_open else None
    return Source(snapshot.catalog(), snapshot.value_profile(document.addresses), policy)


def source_now(mapping: Mapping) -> Source:
    """What is known of the source now, to choose from."""
    snapshot = newest_snapshot(mapping.center) or mapping.snapshot
    return Source(snapshot.catalog(), snapshot.value_profile())
