import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from centers.enums import CenterState
from centers.exceptions import CredentialError, SourceError, SourceErrorKind
from centers.models import Center
from mappings import watches
from mappings.discovery import store_catalog
from mappings.models import SchemaWatch
from mappings.watches import LEASE, claim, due, is_night, note_failure, release, somebody_looks, want
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = dt.datetime(2026, 11, 24, 2, 30, tzinfo=BERLIN)
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


def watched(number: int = 1, *, looked_at: dt.datetime) -> Center:
    """A center that was discovered at that time."""
    center = make_center(number)
    store_catalog(center, standard())
    SchemaWatch.objects.filter(center=center).update(looked_at=looked_at)
    return center


@pytest.fixture
def always_night(settings: Settings) -> dt.datetime:
    """Now, which is at night whatever the hour: what ends a look takes the clock's time."""
    settings.REDISCOVERY_NIGHT = (0, 24)
    return timezone.now()


def ids(centers: list[Center]) -> list[str]:
    return [center.center_id for center in centers]


@pytest.mark.parametrize(
    ("night", "hour", "found"),
    [
        ((1, 5), 0, False),
        ((1, 5), 1, True),
        ((1, 5), 4, True),
        ((1, 5), 5, False),
        ((22, 4), 23, True),
        ((22, 4), 3, True),
        ((22, 4), 12, False),
    ],
)
def test_night_is_told_in_the_networks_time_zone(
    night: tuple[int, int], hour: int, found: bool, settings: Settings
) -> None:
    settings.REDISCOVERY_NIGHT = night
    moment = dt.datetime(2026, 7, 1, hour, 59, tzinfo=BERLIN)
    assert is_night(moment.astimezone(dt.UTC)) is found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "age", "found"),
    [
        (NIGHT, 19, False),
        (NIGHT, 21, True),
        (NOON, 21, False),
        (NOON, 43, False),
        # The night was missed: it is made up for at once.
        (NOON, 45, True),
    ],
)
def test_center_is_due_at_night_or_after_a_missed_one(now: dt.datetime, age: int, found: bool) -> None:
    watched(looked_at=now - hours(age))
    assert due(now).exists() is found


@pytest.mark.django_db
def test_no_hours_switch_the_nights_off_but_no_request(settings: Settings) -> None:
    settings.REDISCOVERY_HOURS = 0
    center = watched(looked_at=NIGHT - hours(1000))
    assert not due(NIGHT).exists()
    want([center])
    assert due(NIGHT).exists()


@pytest.mark.django_db
def test_center_that_was_never_discovered_is_left_to_a_person() -> None:
    make_center()
    assert not due(NIGHT).exists()


@pytest.mark.django_db
def test_paused_center_rests() -> None:
    center = watched(looked_at=NIGHT - hours(100))
    Center.objects.update(state=CenterState.PAUSED)
    center.refresh_from_db()
    assert not due(NIGHT).exists()
    assert want([center]) == 0


@pytest.mark.django_db
def test_claim_takes_a_bounded_number_and_who_was_asked_for_first() -> None:
    centers = [watched(number, looked_at=NIGHT - hours(100 - number)) for number in (1, 2, 3, 4)]
    want([centers[3]])
    assert ids(claim("a", NIGHT, 2)) == ["center_04", "center_01"]
    assert ids(claim("b", NIGHT, 9)) == ["center_02", "center_03"]
    assert claim("c", NIGHT, 9) == []
    assert somebody_looks("dentalhub", NIGHT)
    assert list(SchemaWatch.objects.order_by("center").values_list("attempts", "claim_token")) == [
        (1, "a"),
        (1, "b"),
        (1, "b"),
        (1, "a"),
    ]


@pytest.mark.django_db
def test_claim_of_a_lost_process_is_free_after_its_lease() -> None:
    watched(looked_at=NIGHT - hours(100))
    assert ids(claim("a", NIGHT, 9)) == ["center_01"]
    assert claim("b", NIGHT + LEASE, 9) == []
    later = NIGHT + LEASE + dt.timedelta(seconds=1)
    assert not somebody_looks("dentalhub", later)
    assert ids(claim("b", later, 9)) == ["center_01"]


@pytest.mark.django_db
def test_claim_loses_against_a_look_that_ended_meanwhile(always_night: dt.datetime) -> None:
    center = watched(looked_at=always_night - hours(100))
    held = claim("a", always_night, 9)
    release("a")
    store_catalog(center, standard())
    assert ids(held) == ["center_01"]
    assert claim("b", always_night, 9) == []


@pytest.mark.django_db
def test_center_that_takes_its_process_down_is_given_up_for_the_night(always_night: dt.datetime) -> None:
    watched(looked_at=always_night - hours(100))
    for _start in range(3):
        assert len(claim("a", always_night, 9)) == 1
        assert release("a") == 1
    assert claim("a", always_night, 9) == []
    watch = SchemaWatch.objects.get()
    assert (watch.attempts, watch.error_kind, watch.claimed_until) == (0, "hung", None)
    assert watch.looked_at > timezone.now() - hours(1)


@pytest.mark.django_db
def test_discovery_ends_the_claim_and_what_failed_before(always_night: dt.datetime) -> None:
    center = watched(looked_at=always_night - hours(100))
    note_failure(center, SourceError(SourceErrorKind.LOGIN, "The login was refused."))
    watch = SchemaWatch.objects.get()
    assert (watch.error_kind, watch.error_message) == ("login_failed", "The login was refused.")
    want([center])
    claim("a", always_night, 9)
    store_catalog(center, standard())
    watch.refresh_from_db()
    assert (watch.wanted, watch.claim_token, watch.claimed_until, watch.attempts) == (False, "", None, 0)
    assert (watch.error_kind, watch.error_message) == ("", "")


@pytest.mark.django_db
def test_what_trying_again_can_help_is_tried_three_times_a_night(always_night: dt.datetime) -> None:
    center = watched(looked_at=always_night - hours(100))
    unreachable = SourceError(SourceErrorKind.UNREACHABLE, "The server cannot be reached.", transient=True)
    for _attempt in range(3):
        assert ids(claim("a", always_night, 9)) == ["center_01"]
        note_failure(center, unreachable)
    assert claim("a", always_night, 9) == []
    watch = SchemaWatch.objects.get()
    assert (watch.attempts, watch.error_kind, watch.error_message) == (
        0,
        "unreachable",
        "The server cannot be reached.",
    )
    assert not due(timezone.now()).exists()


@pytest.mark.django_db
def test_refused_login_is_tried_once_a_night(always_night: dt.datetime) -> None:
    center = watched(looked_at=always_night - hours(100))
    claim("a", always_night, 9)
    note_failure(center, SourceError(SourceErrorKind.LOGIN, "The login was refused."))
    assert claim("a", always_night, 9) == []


@pytest.mark.django_db
def test_failure_that_no_server_caused_is_kept_too() -> None:
    center = watched(looked_at=NIGHT)
    note_failure(center, CredentialError("The password reference leads nowhere."))
    assert SchemaWatch.objects.get().error_kind == "other"


@pytest.mark.django_db
def test_want_works_for_a_center_that_was_never_discovered() -> None:
    center = make_center()
    assert want([center]) == 1
    assert want([center]) == 1
    assert ids(claim("a", NOON, 9)) == ["center_01"]


@pytest.mark.django_db
def test_claim_is_decided_by_the_update_and_not_by_the_list_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(looked_at=NIGHT - hours(100))
    monkeypatch.setattr(watches, "due", lambda now: SchemaWatch.objects.all())
    assert ids(claim("a", NIGHT, 9)) == ["center_01"]
    assert claim("b", NIGHT, 9) == []
    assert SchemaWatch.objects.get().claim_token == "a"
