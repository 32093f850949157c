"""What is in doubt in identical changes was looked at on the page of one of the centers: only there are its reasons and
values. The preview that shows all of them is look enough for the others, whose choice is the same."""

from collections.abc import Sequence

from mappings.alike_versions import Candidate, needs_of
from mappings.enums import FieldVerdict, ReviewPolicy
from mappings.field_looks import looks_of
from mappings.looks import NOTHING_SAID
from mappings.queries import newest_snapshot
from mappings.review_load import Need
from mappings.review_models import FieldDecision


def doubts_nobody_saw(candidates: Sequence[Candidate], policy: ReviewPolicy) -> frozenset[Need]:
    """The choices in doubt that are marked as right in none of `candidates`."""
    left = {need for candidate in candidates for need in needs_of(candidate, policy) if need.is_doubt}
    if not left:
        return frozenset()
    keys = [candidate.mapping.pk for candidate in candidates]
    marks = FieldDecision.objects.filter(mapping__in=keys, verdict=FieldVerdict.RIGHT)
    marked = set(marks.values_list("mapping", flat=True))
    for candidate in candidates:
        if left and candidate.mapping.pk in marked:
            left -= _seen_in(candidate, policy)
    return frozenset(left)


def _seen_in(candidate: Candidate, policy: ReviewPolicy) -> set[Need]:
    mapping = candidate.mapping
    snapshot = newest_snapshot(mapping.center) or mapping.snapshot
    looks = looks_of(mapping, snapshot.catalog())
    return {need for need in needs_of(candidate, policy) if looks.get(need.field, NOTHING_SAID).is_right}
