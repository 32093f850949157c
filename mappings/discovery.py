"""Taking snapshots of sources: of one center, or of many at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from centers import catalog as catalogs
from centers.catalog import Catalog
from centers.exceptions import CentersError
from centers.introspection import read_catalog
from centers.models import Center
from dentalhub.audit import record
from mappings.fingerprint import fingerprint
from mappings.models import SchemaSnapshot


@dataclass(frozen=True, slots=True)
class Discovery:
    """`is_new`: the source had never this schema before."""

    snapshot: SchemaSnapshot
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one center: a discovery, or the reason why there is none."""

    center: Center
    discovery: Discovery | None = None
    error: CentersError | None = None


def discover(center: Center, actor: User | None = None) -> Discovery:
    """Read the catalog of `center` and keep it. Raises SourceError."""
    return store_catalog(center, read_catalog(center.server.spec(), center.database), actor)


def discover_many(centers: Sequence[Center], workers: int, actor: User | None = None) -> Iterator[Outcome]:
    """Discover all `centers`, at most `workers` at once; each outcome comes as soon as its source has answered.

    Threads only read sources; every row is written by the calling thread.
    """
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(centers) or 1)), thread_name_prefix="discover") as pool:
        pending = {pool.submit(read_catalog, center.server.spec(), center.database): center for center in centers}
        for future in as_completed(pending):
            center = pending[future]
            try:
                catalog = future.result()
            except CentersError as error:
                yield Outcome(center, error=error)
            else:
                yield Outcome(center, store_catalog(center, catalog, actor))


@transaction.atomic
def store_catalog(center: Center, catalog: Catalog, actor: User | None = None) -> Discovery:
    """A new snapshot when the fingerprint is new; else the known one is seen again, with today's row counts."""
    now = timezone.now()
    snapshot, is_new = SchemaSnapshot.objects.update_or_create(
        center=center,
        fingerprint=fingerprint(catalog),
        defaults={
            "content": catalogs.to_document(catalog),
            "table_count": len(catalog.tables),
            "column_count": sum(len(table.columns) for table in catalog.tables),
            "seen_at": now,
        },
    )
    record(actor, "snapshot.taken", snapshot, is_new=is_new, tables=snapshot.table_count)
    return Discovery(snapshot, is_new)
