"""Every row of every center equals the generator's own truth, over the driver."""

import datetime as dt
from typing import Any

import pytest
from django.test import override_settings

from dentalhub.sandbox.network import Network
from extraction.enums import RunState
from extraction.leases import claim
from extraction.models import CenterRun, ChartEntry, ExtractionRun, Slice
from extraction.run_requests import request_run
from extraction.runner import execute
from tests.conftest import PracticeServers
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of

FIELDS = ("row_id", "patient_id", "insurance_status", "insurance_name", "chart_entry", "service_codes")


@pytest.fixture
def landed(sandbox: PracticeServers, db: None) -> ExtractionRun:
    """All centers and all days of the network, extracted."""
    for center in import_centers(sandbox.centers_yml):
        map_by_truth(center, sandbox.network)
    days = _days(sandbox.network)
    run = request_run(None, days[0], days[-1]).run
    lease = claim(run.pk)
    assert lease is not None
    execute(lease)
    run.refresh_from_db()
    return run


def _days(network: Network) -> list[dt.date]:
    truths = (truth_of(network, center.center_id) for center in network.centers)
    return sorted({dt.date.fromisoformat(day) for truth in truths for day in truth["entries"]})


def _landed_entries(center_id: str) -> dict[str, list[dict[str, Any]]]:
    days: dict[str, list[dict[str, Any]]] = {}
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


def test_every_entry_of_every_center_equals_the_truth(landed: ExtractionRun, sandbox: PracticeServers) -> None:
    failures = list(CenterRun.objects.exclude(error_kind="").values_list("center__center_id", "error_message"))
    assert (landed.state, failures) == (RunState.SUCCEEDED, [])
    network = sandbox.network
    assert len(network.centers) == 30
    assert len(_days(network)) >= 5
    for center in network.centers:
        truth = truth_of(network, center.center_id)
        assert _landed_entries(center.center_id) == truth["entries"], center.center_id
        part = CenterRun.objects.get(center__center_id=center.center_id)
        assert part.entry_count == sum(len(entries) for entries in truth["entries"].values())
        assert part.undated_count == truth["undated"], center.center_id
    days = (landed.date_to - landed.date_from).days + 1
    assert Slice.objects.count() == days * len(network.centers)


def test_truth_holds_the_cases_that_matter(network: Network) -> None:
    statuses: set[str] = set()
    for center in network.centers:
        truth = truth_of(network, center.center_id)
        statuses |= {entry["insurance_status"] for entries in truth["entries"].values() for entry in entries}
    assert statuses == {"GKV", "PKV", "Selbstzahler"}
    assert any(truth_of(network, center.center_id)["undated"] for center in network.centers)


def test_second_run_changes_nothing_but_the_provenance(landed: ExtractionRun) -> None:
    def content() -> list[tuple[Any, ...]]:
        return list(Slice.objects.order_by("pk").values_list("pk", "checksum", "entry_count", "mapping_id"))

    before = content()
    with override_settings(EXTRACTION_WORKERS=3):
        again = request_run(None, landed.date_from, landed.date_to).run
    lease = claim(again.pk)
    assert lease is not None
    execute(lease)
    assert content() == before
    assert set(Slice.objects.values_list("run_id", flat=True)) == {again.pk}
