"""Taking snapshots of sources: of one center, or of many at once.

Sampled values never leave the thread that read them; what it hands on is their profile.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from centers import catalog as catalogs
from centers.catalog import Catalog
from centers.exceptions import CentersError
from centers.introspection import read_catalog
from centers.models import Center
from centers.sample_batch import SampleLimits
from centers.samples import Skipped
from centers.sampling import read_samples
from centers.server_spec import ServerSpec
from dentalhub.audit import record
from mappings import profile_document
from mappings.drift_state import remember_drift
from mappings.fingerprint import fingerprint
from mappings.models import SchemaSnapshot
from mappings.profile import Profile
from mappings.profiling import profile_of
from mappings.watches import note_look


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source said; `profile` is None when nobody was to look at values."""

    catalog: Catalog
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """`is_new`: the source had never this schema before. `profiled`: tables whose values were looked at this time,
    `not_profiled`: how many were not, by reason."""

    snapshot: SchemaSnapshot
    is_new: bool
    profiled: int = 0
    not_profiled: Mapping[Skipped, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one center: a discovery, or the reason why there is none."""

    center: Center
    discovery: Discovery | None = None
    error: CentersError | None = None


def discover(center: Center, actor: User | None = None) -> Discovery:
    """Read the catalog of `center` and look at its values, and keep both. Raises SourceError."""
    reading = read_source(center.server.spec(), center.database, sample_limits())
    return store_catalog(center, reading.catalog, reading.profile, actor)


def discover_many(centers: Sequence[Center], workers: int, actor: User | None = None) -> Iterator[Outcome]:
    """Discover all `centers`, at most `workers` at once; each outcome comes as soon as its source has answered.

    Threads only read sources; every row is written by the calling thread.
    """
    limits = sample_limits()
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(centers) or 1)), thread_name_prefix="discover") as pool:
        pending = {
            pool.submit(read_source, center.server.spec(), center.database, limits): center for center in centers
        }
        for future in as_completed(pending):
            center = pending[future]
            try:
                reading = future.result()
            except CentersError as error:
                yield Outcome(center, error=error)
            else:
                yield Outcome(center, store_catalog(center, reading.catalog, reading.profile, actor))


def sample_limits() -> SampleLimits:
    """How much of a source's values this network wants to look at."""
    return SampleLimits(
        rows=max(settings.SAMPLE_ROWS, 0), total_seconds=settings.SAMPLE_SECONDS, views=settings.SAMPLE_VIEWS
    )


def read_source(spec: ServerSpec, database: str, limits: SampleLimits) -> Reading:
    """The catalog of `database` and the profile of its values. Raises SourceError when there is no catalog."""
    catalog = read_catalog(spec, database)
    if limits.rows < 1:
        return Reading(catalog)
    return Reading(catalog, profile_of(catalog, read_samples(spec, database, catalog, limits)))


@transaction.atomic
def store_catalog(
    center: Center, catalog: Catalog, profile: Profile | None = None, actor: User | None = None
) -> Discovery:
    """A new snapshot when the fingerprint is new; else the known one is seen again, with today's row counts.

    A known snapshot keeps the profile it has when this time no value was looked at.
    """
    # One writer per center at a time, so that no version is approved between a new snapshot and its drift.
    Center.objects.select_for_update().only("pk").get(pk=center.pk)
    now = timezone.now()
    found: dict[str, Any] = {
        "content": catalogs.to_document(catalog),
        "table_count": len(catalog.tables),
        "column_count": sum(len(table.columns) for table in catalog.tables),
        "seen_at": now,
    }
    looked = {} if profile is None else {"profile": profile_document.to_document(profile), "profiled_at": now}
    not_profiled = _not_profiled(catalog, profile)
    profiled = len(catalog.tables) - sum(not_profiled.values())
    snapshot, is_new = SchemaSnapshot.objects.update_or_create(
        center=center,
        fingerprint=fingerprint(catalog),
        defaults=found | looked if profiled else found,
        create_defaults=found | looked,
    )
    record(actor, "snapshot.taken", snapshot, is_new=is_new, tables=snapshot.table_count, profiled=profiled)
    remember_drift(center)
    note_look(center)
    return Discovery(snapshot, is_new, profiled, not_profiled)


def _not_profiled(catalog: Catalog, profile: Profile | None) -> dict[Skipped, int]:
    if profile is None:
        return {Skipped.SWITCHED_OFF: len(catalog.tables)} if catalog.tables else {}
    counted = Counter(table.skipped for table in profile.tables if table.skipped is not None)
    return dict(sorted(counted.items()))
