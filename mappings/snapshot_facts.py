"""Everything that a snapshot's row says, from what a source answered. *Pure*; most of a discovery's work is here."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from centers import catalog as catalogs
from centers.catalog import Catalog
from centers.samples import Samples, Skipped
from mappings import profile_document
from mappings.fingerprint import fingerprint
from mappings.profile import Profile
from mappings.profiling import profile_of


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """`content` and `profile` are plain JSON data; `profile` is None when nobody was to look at values.

    `tables` and `columns` are numbers; `profiled`: tables whose values were looked at, `not_profiled`: how many were
    not, by reason.
    """

    fingerprint: str
    content: dict[str, Any]
    profile: dict[str, Any] | None
    tables: int
    columns: int
    profiled: int
    not_profiled: dict[Skipped, int]


def facts_of(catalog: Catalog, profile: Profile | None) -> SnapshotFacts:
    """The facts about a catalog and the profile of its values."""
    not_profiled = _not_profiled(catalog, profile)
    return SnapshotFacts(
        fingerprint=fingerprint(catalog),
        content=catalogs.to_document(catalog),
        profile=None if profile is None else profile_document.to_document(profile),
        tables=len(catalog.tables),
        columns=sum(len(table.columns) for table in catalog.tables),
        profiled=len(catalog.tables) - sum(not_profiled.values()),
        not_profiled=not_profiled,
    )


def facts_from_samples(catalog: Catalog, samples: Samples | None) -> SnapshotFacts:
    """The same from sampled rows, None when nobody was to look at any. No raw value is in what is returned."""
    return facts_of(catalog, None if samples is None else profile_of(catalog, samples))


def _not_profiled(catalog: Catalog, profile: Profile | None) -> dict[Skipped, int]:
    if profile is None:
        return {Skipped.SWITCHED_OFF: len(catalog.tables)} if catalog.tables else {}
    counted = Counter(table.skipped for table in profile.tables if table.skipped is not None)
    return dict(sorted(counted.items()))
