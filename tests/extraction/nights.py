"""A clock that tests set, and workers that land what the queue tells them, without a source."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import TestCase
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from centers.models import Center, Region
from extraction import tasks
from extraction.enums import RunState
from extraction.leases import claim
from extraction.models import CenterRun, ExtractionRun, RegionSchedule, Shard, Slice
from extraction.runs import finish

# A Monday, a minute after the nights of `scheduled` have begun.
MONDAY_NIGHT = dt.datetime(2026, 11, 23, 1, 31, tzinfo=dt.UTC)


@dataclass
class Clock:
    """Every `timezone.now()` of the app, until a test moves it."""

    now: dt.datetime = MONDAY_NIGHT

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **distance: float) -> None:
        """Forward by a timedelta's arguments; backward when they are negative."""
        self.now += dt.timedelta(**distance)

    @classmethod
    def installed(cls, monkeypatch: pytest.MonkeyPatch) -> "Clock":
        """A clock in the place of Django's."""
        clock = cls()
        monkeypatch.setattr("django.utils.timezone.now", clock)
        return clock


@dataclass
class Workers:
    """Do the shards that wait in the queue; centers in `failing` fail."""

    clock: Clock
    failing: set[int] = field(default_factory=set)
    done: list[int] = field(default_factory=list)

    def work(self) -> list[int]:
        """Take everything from the queue and do its shards; the keys of the shards done."""
        keys = [shard_id for task in list(OrmQ.objects.order_by("pk")) for shard_id in _shard_of(task)]
        OrmQ.objects.all().delete()
        done = [shard_id for shard_id in keys if self._do(shard_id)]
        self.done += done
        return done

    def tick(self) -> list[int]:
        """One tick, and all that follows from it."""
        tick()
        return self.work()

    def _do(self, shard_id: int) -> bool:
        lease = claim(shard_id)
        if lease is None:
            return False
        for part in CenterRun.objects.filter(shard=shard_id).select_related("run"):
            if part.center_id in self.failing:
                self._end(part, RunState.FAILED, "refused")
                continue
            day = part.run.date_from
            while day <= part.run.date_to:
                self._land(part, day)
                day += dt.timedelta(days=1)
            self._end(part, RunState.SUCCEEDED, "")
        finish(lease)
        return True

    def _land(self, part: CenterRun, day: dt.date) -> None:
        assert part.mapping_id is not None
        values: dict[str, Any] = {"entry_count": 0, "checksum": "", "mapping_id": part.mapping_id, "run": part.run}
        values["extracted_at"] = self.clock.now
        Slice.objects.update_or_create(center_id=part.center_id, business_date=day, defaults=values)

    def _end(self, part: CenterRun, state: str, cause: str) -> None:
        CenterRun.objects.filter(pk=part.pk).update(state=state, error_kind=cause, finished_at=self.clock.now)


def tick() -> None:
    """One tick, all of whose transactions are committed."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.tick()


def scheduled(look_back_days: int = 3, region: str = "germany") -> RegionSchedule:
    """The active schedule of a region in Berlin's time, from half past two."""
    found, _created = Region.objects.get_or_create(code=region, defaults={"name": region.title()})
    return RegionSchedule.objects.create(region=found, starts_at=dt.time(2, 30), look_back_days=look_back_days)


def landed(center: Center) -> list[str]:
    """The days of a center that have a slice, the earliest first."""
    days = Slice.objects.filter(center=center).order_by("business_date").values_list("business_date", flat=True)
    return [day.strftime("%m-%d") for day in days]


def _shard_of(task: OrmQ) -> list[int]:
    content = SignedPackage.loads(task.payload)
    return [content["args"][0]] if content["func"] == "extraction.tasks.execute_shard" else []


def asked() -> list[tuple[dt.date, dt.date, list[str]]]:
    """The runs with their days and centers, the earliest first."""
    return [
        (run.date_from, run.date_to, [part.center.center_id for part in run.center_runs.select_related("center")])
        for run in ExtractionRun.objects.order_by("pk")
    ]


def open_shards() -> int:
    """How many shards are queued or running."""
    return Shard.objects.filter(state__in=(RunState.QUEUED, RunState.RUNNING)).count()
