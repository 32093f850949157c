"""What is wrong now, by cause and region, as our own rows say it."""

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries

from centers.models import Center, DatabaseServer, Region
from dentalhub.alert_settings import LIMITS, checked_hosts, checked_limits
from dentalhub.audit_models import AuditCheck
from extraction.alert_causes import AlertCause
from extraction.alerts.facts import is_out_of_sight, observe, own_host
from extraction.alerts.keys import AlertKey
from extraction.enums import BreakerScope, BreakerState, RunState, Trigger
from extraction.metrics.counting import count_last_day
from extraction.models import Breaker, CenterRun, ExtractionRun, Heartbeat, HeldSlice, RegionDay
from mappings.models import Mapping
from tests.extraction.builders import FRIDAY, center_with_mapping, entry
from tests.extraction.certificates_made import pem_that_ends
from tests.extraction.landed_entries import land_entries

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = dt.timedelta(days=1)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, 50, 50))


@pytest.fixture
def germany(centers: list[Center]) -> Region:
    return centers[0].server.region


def found() -> dict[tuple[str, str], int]:
    return {(key.cause.value, key.detail): value for key, value in observe(NOW).found.items()}


def part(center: Center, state: RunState, cause: str = "", **fields: object) -> CenterRun:
    run = ExtractionRun.objects.create(
        date_from=FRIDAY, date_to=FRIDAY, workers=1, idempotency_key=str(timezone.now().timestamp()), state=state
    )
    return CenterRun.objects.create(run=run, center=center, state=state, error_kind=cause, **fields)


def test_nothing_is_wrong_with_an_empty_installation() -> None:
    assert found() == {}
    assert observe(NOW).looked_at == set(AlertCause)


def test_failures_are_grouped_by_cause(centers: list[Center], germany: Region) -> None:
    part(centers[0], RunState.FAILED, "login_failed")
    part(centers[1], RunState.FAILED, "login_failed")
    part(centers[2], RunState.SUCCEEDED)
    assert observe(NOW).found == {AlertKey(AlertCause.CENTERS_FAILED, "login_failed", germany.pk): 2}


def test_the_last_word_of_a_center_counts(centers: list[Center]) -> None:
    part(centers[0], RunState.FAILED, "login_failed")
    part(centers[0], RunState.SUCCEEDED)
    part(centers[1], RunState.SUCCEEDED)
    part(centers[1], RunState.FAILED, "dns")
    # Nobody has asked the source.
    part(centers[1], RunState.SKIPPED, "no_mapping")
    part(centers[1], RunState.CANCELLED, "cancelled")
    part(centers[2], RunState.FAILED, "dns")
    Center.objects.filter(pk=centers[2].pk).update(state="paused")
    assert found() == {("centers_failed", "dns"): 1}


def test_a_region_that_fails_as_a_whole(centers: list[Center]) -> None:
    for center in centers:
        part(center, RunState.FAILED, "dns")
    assert found() == {("centers_failed", "dns"): 3, ("region_failed", ""): 3}


def test_what_is_left_alone_keeps_its_cause(centers: list[Center]) -> None:
    server = centers[0].server
    Breaker.objects.create(
        key=f"server:{server.pk}",
        scope=BreakerScope.SERVER,
        server=server,
        state=BreakerState.OPEN,
        cause="login_failed",
    )
    Breaker.objects.create(
        key=f"center:{centers[1].pk}", scope=BreakerScope.CENTER, center=centers[1], state=BreakerState.HALF_OPEN
    )
    part(centers[0], RunState.FAILED, "breaker_open")
    part(centers[2], RunState.SUCCEEDED)
    assert found() == {
        ("centers_failed", "login_failed"): 1,
        ("left_alone", "server"): 1,
        ("left_alone", "center"): 1,
    }


def test_mappings_that_wait(centers: list[Center]) -> None:
    first, second, third = Mapping.objects.order_by("pk")
    Mapping.objects.filter(pk=first.pk).update(drift="breaking")
    for approved, status, days in ((second, "draft", 4), (third, "in_review", 2)):
        waiting = Mapping.objects.create(
            center=approved.center, version=2, status=status, snapshot=approved.snapshot,
            content=approved.content, content_hash=approved.content_hash,
        )  # fmt: skip
        Mapping.objects.filter(pk=waiting.pk).update(created_at=NOW - days * DAY)
    assert found() == {("drift", ""): 1, ("review", ""): 1}


def test_held_days_and_missing_ones(centers: list[Center], germany: Region) -> None:
    run = part(centers[0], RunState.SUCCEEDED).run
    for center in centers[:2]:
        HeldSlice.objects.create(
            center=center, business_date=FRIDAY, entry_count=1, previous_count=20, checksum="0" * 64, content="[]",
            mapping=center.mappings.get(), run=run, extracted_at=NOW,
        )  # fmt: skip
    RegionDay.objects.create(region=germany, business_date=FRIDAY, counted_at=NOW, lacking=3)
    assert found() == {("held", ""): 2, ("slices_missing", ""): 3}


def test_the_tick_counts_centers_that_lack_several_days(centers: list[Center]) -> None:
    # The third one has never delivered: it is being set up, and nobody misses anything.
    for center in centers[:2]:
        land_entries(center, FRIDAY - 700 * DAY, entry())
    count_last_day()
    assert [row.lacking for row in RegionDay.objects.all()] == [2]


@pytest.mark.parametrize(("newest_ms", "slow"), [(90_000, 3), (70_000, 2), (200_000, 8)])
def test_slower_than_usual(centers: list[Center], newest_ms: int, slow: int) -> None:
    for number, ms in enumerate([25_000] * 6 + [newest_ms]):
        row = part(centers[0], RunState.SUCCEEDED, duration_ms=ms, slice_count=1)
        ExtractionRun.objects.filter(pk=row.run_id).update(trigger=Trigger.SCHEDULE, idempotency_key=str(number))
    assert found() == ({("run_slow", ""): slow} if slow >= LIMITS["slow_factor"] else {})


def test_few_runs_say_nothing_of_what_is_usual(centers: list[Center]) -> None:
    for number, ms in enumerate([25_000] * 4 + [900_000]):
        row = part(centers[0], RunState.SUCCEEDED, duration_ms=ms, slice_count=1)
        ExtractionRun.objects.filter(pk=row.run_id).update(trigger=Trigger.SCHEDULE, idempotency_key=str(number))
    assert found() == {}


@pytest.mark.parametrize(("age", "deaf"), [(60, {}), (700, {("queue_deaf", "dentalhub"): 1})])
def test_a_queue_that_fell_silent(age: int, deaf: dict[tuple[str, str], int]) -> None:
    Heartbeat.objects.create(queue="dentalhub", beat_at=timezone.now() - dt.timedelta(seconds=age), host="one")
    assert found() == deaf


@pytest.mark.parametrize(("age", "deaf"), [(60, {}), (700, {("queue_deaf", "dentalhub"): 1})])
def test_a_queue_that_was_never_heard_is_being_set_up(age: int, deaf: dict[tuple[str, str], int]) -> None:
    OrmQ.objects.create(key="dentalhub", payload="x", lock=timezone.now() - dt.timedelta(seconds=age))
    assert found() == deaf


@pytest.mark.parametrize(("used", "full"), [(89, {}), (93, {("disk_full", own_host()): 93})])
def test_disks(used: int, full: dict[tuple[str, str], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, used, 100 - used))
    assert found() == full


def test_another_machine_says_itself_how_its_disk_stands() -> None:
    key = AlertKey(AlertCause.DISK_FULL, "other")
    assert not is_out_of_sight(key, NOW)
    Heartbeat.objects.create(queue="dentalhub", beat_at=NOW, host="other")
    assert is_out_of_sight(key, NOW)
    # It is no machine of ours any more.
    assert not is_out_of_sight(key, NOW + 2 * DAY)
    assert not is_out_of_sight(AlertKey(AlertCause.DISK_FULL, own_host()), NOW)


@pytest.mark.parametrize(("days", "old"), [(1, {}), (5, {("backup_old", ""): 5})])
def test_backups_in_the_own_folder(days: int, old: dict[tuple[str, str], int], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for age in (days, days + 7):
        file = folder / f"dentalhub-{age:08d}.sqlite3"
        file.touch()
        os.utime(file, (NOW.timestamp() - age * 86_400 - 60,) * 2)
    assert found() == old


@pytest.mark.parametrize(("days", "soon"), [(40, 0), (20, 1), (-3, 1)])
def test_pinned_certificates_that_end(centers: list[Center], days: int, soon: int) -> None:
    DatabaseServer.objects.update(tls="pinned", certificate=pem_that_ends(NOW + days * DAY))
    assert found() == ({("certificate", ""): soon} if soon else {})


@pytest.mark.parametrize(("days", "soon"), [(40, 0), (20, 1), (-3, 1)])
def test_tls_exceptions_that_end(centers: list[Center], days: int, soon: int) -> None:
    DatabaseServer.objects.update(tls="trusted", trust_expires_at=NOW + days * DAY)
    assert found() == ({("certificate", ""): soon} if soon else {})


def test_a_server_that_nobody_uses_any_more_alerts_nobody(centers: list[Center]) -> None:
    DatabaseServer.objects.update(tls="trusted", trust_expires_at=NOW)
    Center.objects.update(state="paused")
    assert found() == {}


def test_agreements_that_end(centers: list[Center], germany: Region) -> None:
    today = NOW.date()
    Region.objects.filter(pk=germany.pk).update(agreement_on=today - 900 * DAY, agreement_until=today + 10 * DAY)
    # It has one of its own, without an end.
    Center.objects.filter(pk=centers[0].pk).update(agreement_on=today - 900 * DAY)
    Center.objects.filter(pk=centers[1].pk).update(agreement_until=today - 5 * DAY)
    assert found() == {("agreement", ""): 2}


def test_a_broken_audit_trail() -> None:
    AuditCheck.objects.update_or_create(
        id=1, defaults={"hash": b"", "seal": b"", "problem": "changed", "problem_at": 7}
    )
    assert found() == {("audit_broken", ""): 7}


def test_a_look_asks_as_much_whatever_the_number_of_centers(
    centers: list[Center], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    part(centers[0], RunState.FAILED, "dns")
    with django_assert_num_queries(17):
        observe(NOW)
    for number in range(4, 9):
        part(center_with_mapping(number), RunState.FAILED, "dns")
    with django_assert_num_queries(17):
        observe(NOW)


def test_limits_of_the_settings() -> None:
    assert checked_limits({"missing_days": 1}) == {**LIMITS, "missing_days": 1}
    for wrong in ({"days": 1}, {"missing_days": 0}, {"missing_days": 31}, {"disk_percent": 100}, {"slow_factor": 1}):
        with pytest.raises(ImproperlyConfigured):
            checked_limits(wrong)


@pytest.mark.parametrize("host", ["https://hooks.slack.com", "a/b", "a b", "", "*", "*.example.org", "a..b", "-a"])
def test_hosts_of_the_settings_are_names(host: str) -> None:
    assert checked_hosts(["Hooks.Slack.com", ".example.org", "a:8443"]) == ("hooks.slack.com", ".example.org", "a:8443")
    with pytest.raises(ImproperlyConfigured):
        checked_hosts([host])
