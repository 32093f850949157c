"""Practices that change their schema between approval and extraction, over the driver."""

import os
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth.models import User

from centers.connection import close_all
from centers.models import Center
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import CenterRun, ChartEntry, ExtractionRun
from extraction.run_requests import request_run
from extraction.runner import execute
from mappings.approval import approve
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping, SchemaWatch
from mappings.rediscovery import Look, look_at_due_centers
from mappings.watches import want
from tests.extraction.changed_practices import BREAKING, Practice, change
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of

LAST_DAY = date(2026, 11, 20)
pytestmark = pytest.mark.skipif(
    "DENTALHUB_TEST_SERVER" in os.environ, reason="the schema of a sandbox's file is changed"
)


def _use(process: SandboxProcess, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("IVORIS_PASSWORD", process.password)
    patch.setenv("SSL_CERT_FILE", str(process.ca_file))


@pytest.fixture
def changed(tmp_path_factory: pytest.TempPathFactory, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """Nine centers, approved while all was well; then eight of them changed."""
    options = NetworkOptions(until=LAST_DAY, centers=9, servers=2, days=2)
    network = build_network(tmp_path_factory.mktemp("changing"), options)
    with SandboxProcess(network.directory, ServeOptions()) as process:
        _use(process, monkeypatch)
        for center in import_centers(process.centers_yml):
            map_by_truth(center, network)
        close_all()
    for served in network.centers:
        practice = Practice(network.database_file(served), truth_of(network, served.center_id))
        change(served.center_id, practice)
    with SandboxProcess(network.directory, ServeOptions()) as process:
        _use(process, monkeypatch)
        import_centers(process.centers_yml)
        yield network
        close_all()


def extract() -> ExtractionRun:
    run = request_run(None, LAST_DAY).run
    execute(claim_run(run.pk))
    run.refresh_from_db()
    return run


def sentences(run: ExtractionRun, state: RunState) -> dict[str, str]:
    parts = run.center_runs.filter(state=state, error_kind="schema_changed").select_related("center")
    return {part.center.center_id: part.error_message for part in parts}


def looks() -> dict[str, Look]:
    found: list[Look] = []
    look_at_due_centers("token", found.append)
    return {look.center.center_id: look for look in found}


def test_each_change_stops_its_center_only(changed: Network) -> None:
    run = extract()
    assert run.state == RunState.PARTIAL
    failed = sentences(run, RunState.FAILED)
    assert failed.keys() == BREAKING.keys()
    for center_id, (_change, sentence) in BREAKING.items():
        assert failed[center_id].startswith(f"Schema changed: {sentence}"), failed[center_id]
    assert not CenterRun.objects.exclude(error_kind__in=("", "schema_changed")).exists()
    for center in changed.centers:
        landed = ChartEntry.objects.filter(center__center_id=center.center_id).count()
        expected = len(truth_of(changed, center.center_id)["entries"].get(LAST_DAY.isoformat(), []))
        assert landed == (0 if center.center_id in BREAKING else expected), center.center_id
    # Each is discovered with the next tick, whatever the hour.
    wanted = SchemaWatch.objects.filter(wanted=True).values_list("center__center_id", flat=True)
    assert set(wanted) == BREAKING.keys()


def test_discovery_holds_what_broke_until_a_new_version_is_approved(changed: Network, reviewer: User) -> None:
    extract()
    found = looks()
    assert found.keys() == BREAKING.keys()
    assert all(look.hold and look.draft is not None for look in found.values())
    again = extract()
    # Four of nine go on; the others are not even asked.
    assert (again.state, again.center_runs.filter(state=RunState.SUCCEEDED).count()) == (RunState.SUCCEEDED, 4)
    skipped = sentences(again, RunState.SKIPPED)
    assert skipped.keys() == BREAKING.keys()
    assert skipped["center_02"] == (
        "Schema changed: KARTEI.DATUM has another type. On hold until a new version is approved."
    )
    # The draft that follows the change lifts the hold of that center, and of no other.
    draft = Mapping.objects.get(center__center_id="center_02", status=MappingStatus.DRAFT)
    assert draft.document().table("KARTEI").date_format == "date"
    approve(draft, reviewer, all_looked_at=True)
    last = extract()
    assert sentences(last, RunState.SKIPPED).keys() == BREAKING.keys() - {"center_02"}
    expected = truth_of(changed, "center_02")["entries"][LAST_DAY.isoformat()]
    assert ChartEntry.objects.filter(center__center_id="center_02").count() == len(expected)


def test_discovery_drafts_what_breaks_nothing(changed: Network) -> None:
    SchemaWatch.objects.all().delete()
    want(Center.objects.filter(center_id__in=("center_06", "center_07", "center_09")))
    found = looks()
    assert {center_id: (look.hold, look.draft is not None) for center_id, look in found.items()} == {
        "center_06": ("", True),
        "center_07": ("", True),
        "center_09": ("", False),
    }
    states = dict(Mapping.objects.filter(status=MappingStatus.APPROVED).values_list("center__center_id", "drift"))
    # A patient's name is never read: breaking as a mapping, no reason to hold the center.
    assert (states["center_06"], states["center_07"]) == (DriftState.BREAKING, DriftState.DRIFT)
