from collections.abc import Sequence
from dataclasses import replace
from threading import current_thread, main_thread

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from centers.catalog import Catalog
from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center
from centers.samples import Samples, Skipped
from dentalhub import batches, processor_pool
from dentalhub.models import AuditEvent
from mappings import discovery
from mappings.fingerprint import fingerprint
from mappings.models import SchemaSnapshot, SchemaWatch
from mappings.profile import NO_PROFILE
from mappings.profiling import profile_of
from tests.mappings.catalogs import standard, table, with_column, with_foreign_key
from tests.mappings.conftest import make_center
from tests.mappings.sampled import samples_for

REFUSED = SourceError(SourceErrorKind.REFUSED, "The server refuses the connection.")


def more_rows(source: Catalog) -> Catalog:
    return replace(source, tables=tuple(replace(item, row_count=(item.row_count or 0) + 1) for item in source.tables))


def test_fingerprint_ignores_rows_and_order() -> None:
    source = standard()
    mixed = replace(
        source,
        tables=tuple(replace(item, columns=item.columns[::-1], row_count=None) for item in source.tables[::-1]),
    )
    assert fingerprint(mixed) == fingerprint(source)


@pytest.mark.parametrize(
    "changed",
    [
        with_column(standard(), "KARTEI", "DATUM", "DATUM_NEU"),
        with_column(standard(), "KARTEI", "DATUM", "DATUM", "date"),
        with_foreign_key(standard(), "KARTEI", "PATNR", "PATIENT"),
        standard(extra=[table("NEU", 1, "ID int")]),
        standard(without=["TERMIN"]),
    ],
)
def test_fingerprint_changes_with_the_schema(changed: Catalog) -> None:
    assert fingerprint(changed) != fingerprint(standard())


def test_first_discovery_stores_a_snapshot(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(spec: object, database: str) -> Catalog:
        asked.append(database)
        return standard()

    monkeypatch.setattr(discovery, "read_catalog", read)
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: samples_for(standard()))
    found = discovery.discover(center)
    assert found.is_new
    assert (found.profiled, found.not_profiled) == (9, {})
    assert found.snapshot.catalog() == standard()
    assert (found.snapshot.table_count, asked) == (9, ["DentalDB_01"])
    assert AuditEvent.objects.get().action == "snapshot.taken"


def test_same_schema_moves_seen_at_and_row_counts(center: Center) -> None:
    first = discovery.store_catalog(center, standard()).snapshot
    again = discovery.store_catalog(center, more_rows(standard()))
    assert (again.is_new, again.snapshot.pk) == (False, first.pk)
    assert again.snapshot.seen_at > first.seen_at
    assert again.snapshot.taken_at == first.taken_at
    kartei = again.snapshot.catalog().table("ck", "KARTEI")
    assert kartei is not None
    assert kartei.row_count == 40001


def test_former_schema_that_comes_back_is_the_newest_again(center: Center) -> None:
    first = discovery.store_catalog(center, standard()).snapshot
    discovery.store_catalog(center, standard(affix=True))
    discovery.store_catalog(center, standard())
    assert SchemaSnapshot.objects.count() == 2
    assert SchemaSnapshot.objects.latest() == first


def test_profile_is_kept_with_the_snapshot(center: Center) -> None:
    profile = profile_of(standard(), samples_for(standard(), {"TERMIN": Skipped.EMPTY}))
    found = discovery.store_catalog(center, standard(), profile)
    stored = SchemaSnapshot.objects.get()
    assert stored.value_profile() == profile
    assert stored.profiled_at == stored.seen_at
    assert (found.profiled, found.not_profiled) == (8, {Skipped.EMPTY: 1})
    assert AuditEvent.objects.get().details == {"is_new": True, "tables": 9, "profiled": 8}


def test_known_schema_gets_the_newer_profile(center: Center) -> None:
    first = profile_of(standard(), samples_for(standard(), {"TERMIN": Skipped.TOO_SLOW}))
    second = profile_of(standard(), samples_for(standard()))
    discovery.store_catalog(center, standard(), first)
    before = SchemaSnapshot.objects.get().profiled_at
    snapshot = discovery.store_catalog(center, standard(), second).snapshot
    assert snapshot.value_profile() == second
    assert before is not None
    assert snapshot.profiled_at is not None
    assert snapshot.profiled_at > before


@pytest.mark.parametrize("failed", [False, True])
def test_known_profile_stays_when_no_value_was_looked_at(center: Center, failed: bool) -> None:
    profile = profile_of(standard(), samples_for(standard()))
    nothing = samples_for(standard(), {item.name: Skipped.FAILED for item in standard().tables})
    known = discovery.store_catalog(center, standard(), profile).snapshot
    found = discovery.store_catalog(center, standard(), profile_of(standard(), nothing) if failed else None)
    assert found.not_profiled == {Skipped.FAILED if failed else Skipped.SWITCHED_OFF: 9}
    assert found.snapshot.value_profile() == profile
    assert found.snapshot.profiled_at == known.profiled_at


def test_sampling_switched_off_reads_no_value(
    center: Center, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SAMPLE_ROWS = 0
    monkeypatch.setattr(discovery, "read_catalog", lambda *_asked: standard())
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: pytest.fail("No value is to be read."))
    found = discovery.discover(center)
    assert (found.profiled, found.not_profiled) == (0, {Skipped.SWITCHED_OFF: 9})
    assert (found.snapshot.value_profile(), found.snapshot.profiled_at) == (NO_PROFILE, None)


def test_discover_many_reports_each_center(center: Center, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []

    def read(spec: object, database: str) -> Catalog:
        threads.append(current_thread() is main_thread())
        if database == "DentalDB_02":
            raise REFUSED
        return standard()

    def sample(*_asked: object) -> Samples:
        threads.append(current_thread() is main_thread())
        return samples_for(standard())

    monkeypatch.setattr(discovery, "read_catalog", read)
    monkeypatch.setattr(discovery, "read_samples", sample)
    centers: Sequence[Center] = [center, make_center(2), make_center(3)]
    outcomes = {outcome.center.center_id: outcome for outcome in discovery.discover_many(centers, workers=2)}
    assert {name for name, outcome in outcomes.items() if outcome.discovery} == {"center_01", "center_03"}
    assert outcomes["center_02"].error is REFUSED
    assert threads == [False] * 5
    assert SchemaSnapshot.objects.count() == 2


@pytest.mark.django_db
def test_discover_many_of_none_is_none() -> None:
    assert list(discovery.discover_many([], workers=4)) == []


def test_unexpected_error_stops_no_other_center(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(spec: object, database: str) -> Catalog:
        if database == "DentalDB_02":
            raise RuntimeError("Meier, Anna")
        return standard()

    monkeypatch.setattr(discovery, "read_catalog", read)
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: samples_for(standard()))
    centers = [center, make_center(2), make_center(3)]
    outcomes = {outcome.center.center_id: outcome for outcome in discovery.discover_many(centers, workers=2)}
    assert {name for name, outcome in outcomes.items() if outcome.discovery} == {"center_01", "center_03"}
    assert isinstance(outcomes["center_02"].error, SourceError)
    assert "Meier" not in str(outcomes["center_02"].error)


def test_many_centers_are_profiled_in_other_processes(
    center: Center, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(processor_pool, "WORTH_PROCESSES", 2)
    monkeypatch.setattr(processor_pool, "available_cores", lambda: 2)
    monkeypatch.setattr(batches, "GATHERING", 30.0)
    monkeypatch.setattr(discovery, "read_catalog", lambda *_asked: standard())
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: samples_for(standard()))
    centers = [center, *(make_center(number) for number in range(2, 11))]
    with django_assert_max_num_queries(40):
        outcomes = list(discovery.discover_many(centers, workers=4))
    found = [outcome.discovery for outcome in outcomes if outcome.discovery is not None]
    assert {outcome.center.pk for outcome in outcomes} == {center.pk for center in centers}
    assert [(one.is_new, one.profiled) for one in found] == [(True, 9)] * 10
    expected = profile_of(standard(), samples_for(standard()))
    assert [snapshot.value_profile() for snapshot in SchemaSnapshot.objects.all()] == [expected] * 10
    assert SchemaWatch.objects.filter(center__in=centers, wanted=False).count() == 10


def test_center_whose_snapshot_cannot_be_written_stops_no_other(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A lone surrogate in a name, which no database takes.
    broken = standard(extra=[table("ODD\udc80", 1, "ID int")])
    monkeypatch.setattr(batches, "GATHERING", 30.0)
    monkeypatch.setattr(discovery, "read_samples", lambda *_asked: Samples())
    monkeypatch.setattr(
        discovery, "read_catalog", lambda _spec, database: broken if database == "DentalDB_02" else standard()
    )
    centers = [center, make_center(2), make_center(3)]
    outcomes = {outcome.center.center_id: outcome for outcome in discovery.discover_many(centers, workers=3)}
    assert {name for name, outcome in outcomes.items() if outcome.discovery} == {"center_01", "center_03"}
    assert SchemaSnapshot.objects.count() == 2
