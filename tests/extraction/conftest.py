"""What the tests of this app share."""

from collections.abc import Callable

import pytest

from centers.models import Center
from extraction.enums import Trigger
from extraction.leases import Lease, claim_run
from extraction.models import CenterRun, ExtractionRun, RegionSchedule
from extraction.reader import CenterTask
from extraction.run_requests import request_run
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping, task
from tests.extraction.nights import Clock, Workers, scheduled

TaskOf = Callable[[CenterRun], CenterTask]


@pytest.fixture
def centers(db: None) -> list[Center]:
    """Three active centers with approved mappings."""
    return [center_with_mapping(number) for number in (1, 2, 3)]


@pytest.fixture
def run(centers: list[Center]) -> ExtractionRun:
    """A queued run of the three centers, Monday to Friday."""
    return request_run(centers, MONDAY, FRIDAY, trigger=Trigger.COMMAND, workers=3).run


@pytest.fixture
def lease(run: ExtractionRun) -> Lease:
    """The claim of that run's one shard."""
    (found,) = claim_run(run.pk)
    return found


@pytest.fixture
def task_of() -> TaskOf:
    """The task of a center run."""

    def build(part: CenterRun) -> CenterTask:
        assert part.mapping_id is not None
        assert part.shard_id is not None
        return task(part.pk, part.center_id, part.mapping_id, part.center.center_id, part.shard_id)

    return build


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Monday night, just after the start."""
    return Clock.installed(monkeypatch)


@pytest.fixture
def workers(clock: Clock) -> Workers:
    """Workers that hear every queue."""
    return Workers(clock)


@pytest.fixture
def night(clock: Clock, centers: list[Center]) -> RegionSchedule:
    """The schedule of the three centers' region."""
    return scheduled()
