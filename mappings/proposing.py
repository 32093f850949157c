"""Proposals for many centers at once: one thread reads and writes rows, processes do the matching."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.db import DataError, IntegrityError
from django.db.models import TextField
from django.db.models.functions import Cast

from centers.models import Center
from dentalhub.batches import in_batches
from dentalhub.processor_pool import MOST_PROCESSES, ProcessorPool, available_cores, processor_pool
from mappings.drift_state import previous_for
from mappings.enums import MappingStatus
from mappings.learned_names import Vocabularies
from mappings.models import Mapping, SchemaSnapshot
from mappings.proposal_writing import Proposal, store_proposals
from mappings.version_content import ProposalTask, VersionContent, proposed_from_texts

# Centers whose catalogs are read by one query, and whose versions are written in one transaction.
_MOST_READ = 25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProposalOutcome:
    """What became of one center: a version, which `is_clear` when it leaves no question; or the reason why none."""

    center: Center
    mapping: Mapping | None = None
    is_clear: bool = False
    failed: bool = False
    is_undiscovered: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    center: Center
    snapshot: SchemaSnapshot
    task: ProposalTask


def propose_many(centers: Sequence[Center], actor: User | None = None) -> Iterator[ProposalOutcome]:
    """A proposal for the newest snapshot of each of `centers`, as `mappings.versions.propose_for` makes one.

    Whatever happens to one center, the others go on.
    """
    without = list[Center]()
    with processor_pool(len(centers)) as processors:
        threads = min(available_cores(), MOST_PROCESSES) + 1
        for batch in in_batches(partial(_propose, processors), _asked(centers, without), threads, _MOST_READ):
            yield from _written(batch, actor)
            yield from (ProposalOutcome(center, is_undiscovered=True) for center in _emptied(without))
    yield from (ProposalOutcome(center, is_undiscovered=True) for center in _emptied(without))


def _propose(processors: ProcessorPool, asked: _Asked) -> VersionContent:
    return processors.run(proposed_from_texts, asked.task)


def _asked(centers: Sequence[Center], without: list[Center]) -> Iterator[_Asked]:
    """What is known of each center, read when its turn comes; `without` takes those that have no snapshot."""
    vocabularies = Vocabularies()
    for first in range(0, len(centers), _MOST_READ):
        part = centers[first : first + _MOST_READ]
        snapshots = _newest_snapshots(part)
        approved = Mapping.objects.filter(center__in=part, status=MappingStatus.APPROVED)
        decided = set(approved.values_list("center_id", flat=True))
        for center in part:
            snapshot = snapshots.get(center.pk)
            if snapshot is None:
                without.append(center)
                continue
            previous = previous_for(center, snapshot) if center.pk in decided else None
            texts = (snapshot.__dict__.pop("content_text"), snapshot.__dict__.pop("profile_text"))
            yield _Asked(center, snapshot, ProposalTask(*texts, vocabularies.without(center), previous))


def _newest_snapshots(centers: Sequence[Center]) -> dict[int, SchemaSnapshot]:
    """The snapshot of each center that was seen last, with content and profile as text alone."""
    rows = SchemaSnapshot.objects.filter(center__in=centers).order_by("center", "seen_at", "pk")
    newest = dict(rows.values_list("center_id", "pk"))
    texts = {"content_text": Cast("content", TextField()), "profile_text": Cast("profile", TextField())}
    found = SchemaSnapshot.objects.filter(pk__in=newest.values()).defer("content", "profile").annotate(**texts)
    return {snapshot.center_id: snapshot for snapshot in found}


def _written(batch: Sequence[tuple[_Asked, Future[VersionContent]]], actor: User | None) -> list[ProposalOutcome]:
    outcomes, proposals = list[ProposalOutcome](), list[Proposal]()
    for asked, future in batch:
        error = future.exception()
        if error is None:
            proposals.append(Proposal(asked.center, asked.snapshot, future.result()))
        else:
            outcomes.append(_failed(asked.center, error))
    try:
        made = store_proposals(proposals, actor)
    except (DataError, IntegrityError, ValueError):
        return outcomes + [_written_alone(proposal, actor) for proposal in proposals]
    return outcomes + [_outcome(proposal, mapping) for proposal, mapping in zip(proposals, made, strict=True)]


def _written_alone(proposal: Proposal, actor: User | None) -> ProposalOutcome:
    """After a batch that the database did not take, so that the one at fault is the only one without a version."""
    try:
        return _outcome(proposal, store_proposals([proposal], actor)[0])
    except (DataError, IntegrityError, ValueError) as error:
        return _failed(proposal.center, error)


def _outcome(proposal: Proposal, mapping: Mapping) -> ProposalOutcome:
    return ProposalOutcome(proposal.center, mapping, proposal.content.is_clear)


def _failed(center: Center, error: BaseException) -> ProposalOutcome:
    if not isinstance(error, Exception):
        raise error
    _log.error("no mapping could be proposed for center %s: %s", center.center_id, type(error).__name__)
    return ProposalOutcome(center, failed=True)


def _emptied(centers: list[Center]) -> list[Center]:
    taken = centers[:]
    centers.clear()
    return taken
