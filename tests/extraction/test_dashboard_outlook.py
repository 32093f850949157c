"""What the dashboard says of the days before and of the next runs."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from centers.models import Center, Region
from centers.scope import EVERYTHING, Scope
from extraction import dashboard
from extraction.alert_causes import AlertCause
from extraction.models import ExtractionRun, RegionSchedule, Slice
from extraction.next_runs import next_runs
from tests.extraction.alert_builders import open_alert
from tests.extraction.builders import FRIDAY
from tests.extraction.nights import scheduled
from tests.scopes import sees

ClientOf = Callable[[User], Client]
EVENING = dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)


def _region(code: str, zone: str, at: dt.time) -> RegionSchedule:
    region = Region.objects.create(code=code, name=code.title(), time_zone=zone)
    return RegionSchedule.objects.create(region=region, starts_at=at)


def test_next_runs_are_sorted_by_the_moment_and_shown_by_the_regions_clock(db: None) -> None:
    scheduled()
    _region("london", "Europe/London", dt.time(2, 0))
    _region("off", "Europe/Berlin", dt.time(1, 0))
    RegionSchedule.objects.filter(region__code="off").update(is_active=False)
    assert [
        (run.region, run.wall.isoformat(), run.begins.astimezone(dt.UTC).isoformat())
        for run in next_runs(EVERYTHING, EVENING)
    ] == [
        ("Germany", "2026-11-24T02:30:00", "2026-11-24T01:30:00+00:00"),
        ("London", "2026-11-24T02:00:00", "2026-11-24T02:00:00+00:00"),
    ]


def test_next_runs_of_other_regions_are_not_shown(db: None) -> None:
    schedule = scheduled()
    _region("london", "Europe/London", dt.time(2, 0))
    scope = Scope(all_regions=False, region_ids=frozenset({schedule.region_id}))
    assert [run.region for run in next_runs(scope, EVENING)] == ["Germany"]


@pytest.fixture
def six_weeks(run: ExtractionRun, centers: list[Center]) -> list[dt.date]:
    """Thirty-two business dates of one center with 1, 2, 3 ... entries; the last one is a Friday."""
    days = [day for n in range(60) if (day := FRIDAY - dt.timedelta(days=n)).weekday() < 5][31::-1]
    template = Slice(center=centers[0], run=run, mapping_id=centers[0].mappings.get().pk)
    for number, day in enumerate(days, 1):
        template.pk, template.business_date, template.entry_count = None, day, number
        template.extracted_at = EVENING
        template.save(force_insert=True)
    return days


def test_dashboard_draws_thirty_days_and_lists_ten(six_weeks: list[dt.date], admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(reverse("dashboard"))
    trend = response.context["trend"]
    assert [bar.day for bar in trend.bars] == six_weeks[2:]
    assert (trend.most, trend.bars[-1].y, trend.bars[-1].entries) == (32, 0.0, 32)
    assert [day.day for day in response.context["last_days"]] == six_weeks[:-11:-1]
    assert [day.day for day in response.context["earlier_days"]] == six_weeks[-11:1:-1]
    assert response.content.decode().count("chart__bar") == 30


def test_dashboard_after_a_weekend_leads_to_the_last_day_with_entries(
    six_weeks: list[dt.date], admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "yesterday", lambda: FRIDAY + dt.timedelta(days=2))
    text = client_of(admin).get(reverse("dashboard")).content.decode()
    assert f'The last day with entries was <a href="/days/{FRIDAY}/">' in text
    monkeypatch.setattr(dashboard, "yesterday", lambda: FRIDAY)
    assert "The last day with entries" not in client_of(admin).get(reverse("dashboard")).content.decode()


def test_dashboard_says_when_nothing_is_scheduled(centers: list[Center], admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    assert "No region has a schedule that is on." in client.get(reverse("dashboard")).content.decode()
    scheduled()
    assert "Next scheduled:" in client.get(reverse("dashboard")).content.decode()


def test_few_days_are_the_last_of_six_weeks_on_the_chart(
    six_weeks: list[dt.date], admin: User, client_of: ClientOf
) -> None:
    Slice.objects.exclude(business_date__gte=six_weeks[-2]).delete()
    trend = client_of(admin).get(reverse("dashboard")).context["trend"]
    assert [(bar.day, bar.x, bar.width) for bar in trend.bars] == [
        (six_weeks[-2], 896.0, 31.0),
        (six_weeks[-1], 928.0, 31.0),
    ]


def test_dashboard_leads_to_open_alerts_of_own_regions(
    centers: list[Center], admin: User, analyst: User, client_of: ClientOf
) -> None:
    text = client_of(admin).get(reverse("dashboard")).content.decode()
    assert "alert is open" not in text
    open_alert("austria", AlertCause.CERTIFICATE)
    open_alert("germany", AlertCause.CERTIFICATE)
    sees(analyst, Region.objects.get(code="germany"))
    shown = [client_of(person).get(reverse("dashboard")).content.decode() for person in (admin, analyst)]
    assert '<a href="/alerts/">2 alerts are open</a>' in shown[0]
    assert '<a href="/alerts/">1 alert is open</a>' in shown[1]
