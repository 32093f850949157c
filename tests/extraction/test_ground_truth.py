"""Every row of every center equals the generator's own truth, over the driver."""

import datetime as dt
from typing import Any

import pytest

from centers.introspection import read_catalog
from centers.models import Center
from dentalhub.sandbox.network import Network
from extraction.adapters.base import Source
from extraction.adapters.ivoris import IvorisAdapter
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import CenterRun, ChartEntry, ExtractionRun, Slice
from extraction.rows import SliceRows
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.conftest import LAST_DAY, PracticeServers
from tests.extraction.practice_network import import_centers, map_by_truth, mapping_document, truth_of

FIRST_DAY = LAST_DAY - dt.timedelta(days=4)
FIELDS = ("row_id", "patient_id", "insurance_status", "insurance_name", "chart_entry", "service_codes")
Entries = dict[str, list[dict[str, Any]]]


@pytest.fixture
def landed(sandbox: PracticeServers, db: None) -> ExtractionRun:
    """The five business days of all centers, extracted."""
    for center in import_centers(sandbox.centers_yml):
        map_by_truth(center, sandbox.network)
    run = request_run(None, FIRST_DAY, LAST_DAY).run
    _execute(run)
    run.refresh_from_db()
    return run


def _execute(run: ExtractionRun) -> None:
    execute(claim_run(run.pk))


def _expected(network: Network, center_id: str) -> Entries:
    days: Entries = truth_of(network, center_id)["entries"]
    return {day: entries for day, entries in days.items() if FIRST_DAY.isoformat() <= day <= LAST_DAY.isoformat()}


def _landed_entries(center_id: str) -> Entries:
    days: Entries = {}
    for entry in ChartEntry.objects.filter(center__center_id=center_id).order_by("business_date", "position"):
        values = (
            int(entry.source_row_id),
            entry.patient_id,
            entry.insurance_status,
            entry.insurance_name,
            entry.chart_entry,
            list(entry.codes),
        )
        days.setdefault(entry.business_date.isoformat(), []).append(dict(zip(FIELDS, values, strict=True)))
    return days


def test_every_landed_entry_equals_the_truth(landed: ExtractionRun, sandbox: PracticeServers) -> None:
    failures = list(CenterRun.objects.exclude(error_kind="").values_list("center__center_id", "error_message"))
    assert (landed.state, failures) == (RunState.SUCCEEDED, [])
    assert len(sandbox.network.centers) == 30
    seen: set[str] = set()
    for center in sandbox.network.centers:
        expected = _expected(sandbox.network, center.center_id)
        seen |= expected.keys()
        assert _landed_entries(center.center_id) == expected, center.center_id
        part = CenterRun.objects.get(center__center_id=center.center_id)
        assert part.entry_count == sum(len(entries) for entries in expected.values())
        assert part.undated_count == truth_of(sandbox.network, center.center_id)["undated"], center.center_id
    # A center that was closed on one of them has an empty slice there.
    assert len(seen) == 5
    assert Slice.objects.count() == 5 * 30


def test_undated_rows_are_counted_once_for_a_range_in_pieces(sandbox: PracticeServers, db: None, settings: Any) -> None:
    settings.DAYS_PER_QUERY = 2
    for center in import_centers(sandbox.centers_yml):
        map_by_truth(center, sandbox.network)
    _execute(request_run(None, FIRST_DAY, LAST_DAY).run)
    counts = dict(CenterRun.objects.values_list("center__center_id", "undated_count"))
    assert counts == {key: truth_of(sandbox.network, key)["undated"] for key in counts}
    assert sum(counts.values()) > 0


def test_second_run_changes_nothing_but_the_provenance(landed: ExtractionRun) -> None:
    def content() -> list[tuple[Any, ...]]:
        return list(Slice.objects.order_by("pk").values_list("pk", "checksum", "entry_count", "mapping_id"))

    before = content()
    again = request_run(None, FIRST_DAY, LAST_DAY, workers=3).run
    _execute(again)
    assert content() == before
    assert set(Slice.objects.values_list("run_id", flat=True)) == {again.pk}


def test_whole_history_of_every_center_equals_the_truth(sandbox: PracticeServers, db: None) -> None:
    for center in import_centers(sandbox.centers_yml):
        truth = truth_of(sandbox.network, center.center_id)
        days = [dt.date.fromisoformat(day) for day in truth["entries"]]
        result = _adapter(center, truth).extract_chart_entries(days[0], days[-1])
        read = {item.business_date.isoformat(): _entries(item) for item in result.slices if item.entries}
        assert read == truth["entries"], center.center_id
        assert len(result.slices) == (days[-1] - days[0]).days + 1
        assert result.undated == truth["undated"], center.center_id


def test_one_day_without_a_range(sandbox: PracticeServers, db: None) -> None:
    center = import_centers(sandbox.centers_yml)[0]
    truth = truth_of(sandbox.network, center.center_id)
    adapter = _adapter(center, truth)
    (found,) = adapter.extract_chart_entries(LAST_DAY).slices
    assert _entries(found) == truth["entries"][LAST_DAY.isoformat()]
    assert adapter.health_check().ok


def test_truth_holds_the_cases_that_matter(network: Network) -> None:
    truths = [_expected(network, center.center_id) for center in network.centers]
    entries = [entry for truth in truths for day in truth.values() for entry in day]
    assert {entry["insurance_status"] for entry in entries} == {"GKV", "PKV", "Selbstzahler"}
    assert any(entry["insurance_status"] == "Selbstzahler" and entry["insurance_name"] for entry in entries)
    assert any(not entry["service_codes"] for entry in entries)
    assert any(len(entry["service_codes"]) > 1 for entry in entries)


def _adapter(center: Center, truth: dict[str, Any]) -> IvorisAdapter:
    spec = center.server.spec()
    return IvorisAdapter(Source(spec, center.database, mapping_document(truth), read_catalog(spec, center.database)))


def _entries(found: SliceRows) -> list[dict[str, Any]]:
    return [
        {
            "row_id": int(entry.row_id),
            "patient_id": entry.patient_id,
            "insurance_status": entry.insurance_status,
            "insurance_name": entry.insurance_name,
            "chart_entry": entry.chart_entry,
            "service_codes": list(entry.service_codes),
        }
        for entry in found.entries
    ]
