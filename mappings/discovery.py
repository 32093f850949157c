"""Taking snapshots of sources: of one center, or of many at once.

Threads read, processes make profiles, one thread writes. Sampled values never leave this process and the ones that it
started to make profiles of them; what is handed on is the profile.
"""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError

from centers.catalog import Catalog
from centers.exceptions import CentersError, SourceErrorKind
from centers.introspection import read_catalog
from centers.models import Center
from centers.sample_batch import SampleLimits
from centers.sampling import read_samples
from centers.server_spec import ServerSpec
from centers.source_errors import error_of_kind
from dentalhub.batches import in_batches
from dentalhub.processor_pool import ProcessorPool, processor_pool
from mappings.profile import Profile
from mappings.snapshot_facts import SnapshotFacts, facts_from_samples, facts_of
from mappings.snapshot_writing import Discovery, store_snapshots

# Centers whose snapshots are written in one transaction, which others wait for.
_MOST_WRITTEN = 25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one center: a discovery, or the reason why there is none."""

    center: Center
    discovery: Discovery | None = None
    error: CentersError | None = None


def discover(center: Center, actor: User | None = None) -> Discovery:
    """Read the catalog of `center` and look at its values, and keep both. Raises SourceError."""
    facts = read_source(center.server.spec(), center.database, sample_limits())
    return store_snapshots([(center, facts)], actor)[0]


def discover_many(centers: Sequence[Center], workers: int, actor: User | None = None) -> Iterator[Outcome]:
    """Discover all `centers`, at most `workers` at once; each outcome comes soon after its source has answered.

    Whatever happens to one center, the others go on.
    """
    limits = sample_limits()
    asked = ((center, center.server.spec()) for center in centers)
    threads = max(1, min(workers, len(centers)))
    with processor_pool(len(centers)) as processors:

        def read(item: tuple[Center, ServerSpec]) -> SnapshotFacts:
            center, spec = item
            return read_source(spec, center.database, limits, processors)

        for batch in in_batches(read, asked, threads, _MOST_WRITTEN, name="discover"):
            yield from _written([(center, future) for (center, _spec), future in batch], actor)


def sample_limits() -> SampleLimits:
    """How much of a source's values this network wants to look at."""
    return SampleLimits(
        rows=max(settings.SAMPLE_ROWS, 0), total_seconds=settings.SAMPLE_SECONDS, views=settings.SAMPLE_VIEWS
    )


def read_source(
    spec: ServerSpec, database: str, limits: SampleLimits, processors: ProcessorPool | None = None
) -> SnapshotFacts:
    """What a snapshot says about `database` and its values. Raises SourceError when there is no catalog."""
    catalog = read_catalog(spec, database)
    samples = read_samples(spec, database, catalog, limits) if limits.rows > 0 else None
    return (processors or ProcessorPool()).run(facts_from_samples, catalog, samples)


def store_catalog(
    center: Center, catalog: Catalog, profile: Profile | None = None, actor: User | None = None
) -> Discovery:
    """A new snapshot when the fingerprint is new; else the known one is seen again, see `store_snapshots`."""
    return store_snapshots([(center, facts_of(catalog, profile))], actor)[0]


def _written(answers: Sequence[tuple[Center, Future[SnapshotFacts]]], actor: User | None) -> list[Outcome]:
    """The outcomes of sources that have answered."""
    outcomes, found = list[Outcome](), list[tuple[Center, SnapshotFacts]]()
    for center, future in answers:
        error = future.exception()
        if error is None:
            found.append((center, future.result()))
        else:
            outcomes.append(Outcome(center, error=_told(center, error)))
    try:
        stored = store_snapshots(found, actor)
    except (DataError, IntegrityError, ValueError):
        return outcomes + [_written_alone(center, facts, actor) for center, facts in found]
    return outcomes + [Outcome(center, made) for (center, _facts), made in zip(found, stored, strict=True)]


def _written_alone(center: Center, facts: SnapshotFacts, actor: User | None) -> Outcome:
    """After a batch that the database did not take, so that the one at fault is the only one without a snapshot."""
    try:
        return Outcome(center, store_snapshots([(center, facts)], actor)[0])
    except (DataError, IntegrityError, ValueError) as error:
        return Outcome(center, error=_told(center, error))


def _told(center: Center, error: BaseException) -> CentersError:
    """What people are told; raises what is no fault of one source."""
    if isinstance(error, CentersError):
        return error
    if not isinstance(error, Exception):
        raise error
    # Its kind only: the text may hold a patient's value.
    _log.error("center %s could not be discovered: %s", center.center_id, type(error).__name__)
    return error_of_kind(SourceErrorKind.OTHER)
