"""`list_schedules` and `set_schedule`."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from centers.models import Center, Region
from dentalhub.models import AuditEvent
from extraction.models import RegionSchedule
from tests.extraction.nights import Workers


def _call(name: str, *arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command(name, *arguments, stdout=output)
    except CommandError as error:
        return error.returncode, output.getvalue() + str(error)
    return 0, output.getvalue()


def stored() -> tuple[dt.time, int, bool]:
    found = RegionSchedule.objects.get()
    return found.starts_at, found.look_back_days, found.is_active


def test_list_shows_each_region(night: RegionSchedule, workers: Workers) -> None:
    Region.objects.create(code="austria", name="Austria")
    code, text = _call("list_schedules")
    head, austria, germany = text.splitlines()
    assert code == 0
    assert head.split()[:3] == ["REGION", "STARTS", "AT"]
    assert austria.split() == ["austria", "–", "–", "–", "off", "–", "–"]
    assert germany.split()[:6] == ["germany", "02:30", "3", "2026-11-24", "02:30", "CET"]
    assert "0/3" in germany
    workers.tick()
    assert "3/3" in _call("list_schedules")[1]


def test_list_as_json(night: RegionSchedule, workers: Workers, centers: list[Center]) -> None:
    workers.failing = {centers[0].pk}
    workers.tick()
    code, text = _call("list_schedules", "--json")
    assert code == 0
    assert json.loads(text) == [
        {
            "region": "germany",
            "time_zone": "Europe/Berlin",
            "is_active": True,
            "starts_at": "02:30",
            "look_back_days": 3,
            "next_start": "2026-11-24T02:30:00+01:00",
            "last_night": {
                "first": "2026-11-19",
                "last": "2026-11-22",
                "state": "partial",
                "centers": 3,
                "complete": 2,
                "missing_days": 4,
                "lacks": {"resting": 1},
            },
        }
    ]


def test_list_without_regions_says_so(db: None) -> None:
    assert _call("list_schedules") == (0, "There is no region.\n")
    assert _call("list_schedules", "--json") == (0, "[]\n")


def test_set_makes_changes_and_stops_a_schedule(centers: list[Center], admin: User) -> None:
    code, text = _call("set_schedule", "germany", "--at", "02:30", "--look-back", "5", "--as", admin.username)
    assert (code, text) == (0, "germany is read daily at 02:30 and looks back 5 days.\n")
    assert stored() == (dt.time(2, 30), 5, True)
    code, text = _call("set_schedule", "germany", "--off")
    assert (code, text) == (0, "germany is not read by itself: the schedule (02:30, 5 days back) is off.\n")
    assert stored() == (dt.time(2, 30), 5, False)
    code, text = _call("set_schedule", "germany", "--look-back", "1")
    assert (code, text) == (0, "germany is not read by itself: the schedule (02:30, 1 day back) is off.\n")
    code, text = _call("set_schedule", "germany", "--on")
    assert (code, text) == (0, "germany is read daily at 02:30 and looks back 1 day.\n")
    _call("set_schedule", "germany", "--look-back", "0")
    assert stored() == (dt.time(2, 30), 0, True)
    events = AuditEvent.objects.filter(action="schedule.changed").order_by("pk")
    assert [event.actor_name for event in events] == [admin.username, *["system"] * 4]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere", "--at", "02:30"),
        ("germany", "--at", "25:00"),
        ("germany", "--at", "half past two"),
        ("germany", "--look-back", "63"),
        ("germany", "--look-back", "-1"),
        ("germany", "--as", "nobody"),
    ],
)
def test_bad_input_is_2_and_changes_nothing(arguments: tuple[str, ...], centers: list[Center]) -> None:
    code, text = _call("set_schedule", *arguments)
    assert code == 2
    assert text
    assert not RegionSchedule.objects.exists()
