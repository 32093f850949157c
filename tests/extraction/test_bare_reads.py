"""The yardstick asks the same as an extraction, and gets all of it."""

import datetime as dt
import json

import pytest

from centers.bare_loop import read_all
from centers.connection import AnsiText, close_all
from extraction.bare_reads import _plain, bare_reads
from tests.conftest import LAST_DAY, PracticeServers
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (20261120, 20261120),
        (AnsiText("20.11.2026"), "20.11.2026"),
        (dt.date(2026, 11, 20), {"date": "2026-11-20"}),
        (dt.datetime(2026, 11, 20), {"datetime": "2026-11-20T00:00:00"}),  # noqa: DTZ001 # sources know no time zones
    ],
)
def test_parameters_survive_json(parameter: int | dt.date | AnsiText, expected: object) -> None:
    assert json.loads(json.dumps(_plain(parameter))) == expected


@pytest.mark.django_db
def test_bare_loop_reads_every_center_with_a_mapping(sandbox: PracticeServers) -> None:
    centers = import_centers(sandbox.centers_yml)[:5]
    for center in centers[:4]:
        map_by_truth(center, sandbox.network)
    reads = json.loads(json.dumps(bare_reads(centers, LAST_DAY, LAST_DAY)))
    assert len(reads) == 4
    truths = [truth_of(sandbox.network, center.center_id)["entries"] for center in centers[:4]]
    entries = sum(len(truth.get(LAST_DAY.isoformat(), [])) for truth in truths)
    assert read_all(reads, 3) > entries > 0
    close_all()
