"""The page of one slice, and accepting what is unusual."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from centers.models import Center
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from extraction import slice_views
from extraction.acceptance import accept_unusual
from extraction.completeness import day_report
from extraction.enums import RunState
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import AcceptedSlice, CenterRun, ExtractionRun, HeldSlice, Slice
from tests.extraction.builders import FRIDAY, MONDAY, entry, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
PAGE = "/results/slices/center_01/2026-11-20/"
ACCEPT = f"{PAGE}accept/"


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """One entry on Friday, none from Monday to Thursday."""
    result = success(task_of(run.center_runs.select_related("center")[0]), entry())
    assert land([result], {lease.shard_id: lease}) == set()
    return run


@pytest.fixture
def shrunken(landed: ExtractionRun) -> Slice:
    """On Friday one entry, on each of the four Fridays before it forty."""
    found = Slice.objects.get(business_date=FRIDAY)
    _slices(found, [FRIDAY - dt.timedelta(days=7 * weeks) for weeks in range(1, 5)], 40)
    return found


def _slices(like: Slice, days: Sequence[dt.date], count: int) -> None:
    for day in days:
        Slice.objects.create(
            center=like.center,
            business_date=day,
            entry_count=count,
            checksum=f"{day:%Y%m%d}".rjust(64, "0"),
            mapping=like.mapping,
            run=like.run,
            extracted_at=timezone.now(),
        )


def _text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def _state(day: dt.date = FRIDAY) -> tuple[str, str, str]:
    found = day_report(day, EVERYTHING).centers[0]
    return found.slice_state.value, found.state.value, found.cause


def test_manifest_names_run_mapping_duration_and_attempts(
    landed: ExtractionRun, admin: User, client_of: ClientOf
) -> None:
    CenterRun.objects.filter(center__center_id="center_01").update(attempts=2, duration_ms=1250)
    text = _text(client_of(admin).get(PAGE))
    found = Slice.objects.get(business_date=FRIDAY)
    for part in (found.checksum, landed.get_absolute_url(), "/mappings/center_01/1/", "1.25 s", "landed"):
        assert part in text
    assert "date_from=2026-11-20&amp;date_to=2026-11-20&amp;centers=center_01" in text


def test_failure_says_why_and_every_attempt_is_listed(run: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    CenterRun.objects.filter(center__center_id="center_01").update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens <here>."
    )
    text = _text(client_of(admin).get(PAGE))
    assert text.count("Nothing listens &lt;here&gt;.") == 2
    assert "Nothing has landed for this day." in text
    assert f"#{run.pk}" in text


def test_closed_day_says_why(centers: list[Center], admin: User, client_of: ClientOf) -> None:
    Center.objects.update(holiday_area="DE-BY")
    text = _text(client_of(admin).get("/results/slices/center_01/2026-01-06/"))
    assert "Closed: public holiday: Epiphany." in text
    assert "No run was asked for this day yet." in text


def test_shrunken_slice_is_never_green_until_accepted(shrunken: Slice, reviewer: User, client_of: ClientOf) -> None:
    assert _state() == ("unusual", "attention", "unusual")
    client = client_of(reviewer)
    text = _text(client.get(PAGE))
    assert "1 entry landed, where this center usually has about 40 on such a day." in text
    response = client.post(ACCEPT, {"checksum": shrunken.checksum}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "center_01 2026-11-20 is accepted as it is." in _text(response)
    assert _state() == ("landed", "ok", "")
    event = AuditEvent.objects.get(action="slice.unusual_accepted")
    assert (event.actor, event.details) == (reviewer, {"date": "2026-11-20", "entries": 1, "usual": 40})
    assert "Accept as it is" not in _text(client.get(PAGE))


def test_empty_weekday_is_unusual_where_the_center_usually_has_entries(shrunken: Slice) -> None:
    monday = Slice.objects.get(business_date=MONDAY)
    assert monday.entry_count == 0
    assert _state(MONDAY)[0] == "unusual"
    _slices(shrunken, [MONDAY - dt.timedelta(days=7 * weeks) for weeks in range(1, 4)], 0)
    assert _state(MONDAY) == ("empty", "ok", "")


def test_acceptance_ends_with_other_rows(
    shrunken: Slice, admin: User, run: ExtractionRun, lease: Lease, task_of: TaskOf
) -> None:
    accept_unusual(shrunken, admin, 40)
    task = task_of(run.center_runs.select_related("center")[0])
    land([success(task, entry())], {lease.shard_id: lease})
    assert _state()[0] == "landed"
    land([success(task, entry(text="anders"))], {lease.shard_id: lease})
    assert _state()[0] == "unusual"
    accept_unusual(Slice.objects.get(business_date=FRIDAY), admin, 40)
    assert (_state()[0], AcceptedSlice.objects.count()) == ("landed", 1)


def test_rows_that_have_changed_since_are_not_accepted(
    shrunken: Slice, admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(admin)
    text = _text(client.post(ACCEPT, {"checksum": "0" * 64}, follow=True))
    assert "This day has changed since you looked at it." in text

    def late(found: Slice, person: User, usual: int | None) -> None:
        Slice.objects.filter(pk=found.pk).update(checksum="1" * 64)
        accept_unusual(found, person, usual)

    monkeypatch.setattr(slice_views, "accept_unusual", late)
    text = _text(client.post(ACCEPT, {"checksum": shrunken.checksum}, follow=True))
    assert "This day has changed since you looked at it." in text
    assert not AcceptedSlice.objects.exists()
    assert not AuditEvent.objects.filter(action="slice.unusual_accepted").exists()


def test_usual_slice_has_nothing_to_accept(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).post(ACCEPT, {"checksum": "0" * 64}, follow=True))
    assert "There is nothing to accept here any more." in text
    assert not AcceptedSlice.objects.exists()


def test_held_day_is_held_and_leads_to_the_decision(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    found = Slice.objects.get(business_date=FRIDAY)
    HeldSlice.objects.create(
        center=found.center,
        business_date=FRIDAY,
        entry_count=0,
        previous_count=30,
        checksum="0" * 64,
        mapping=found.mapping,
        run=landed,
        extracted_at=timezone.now(),
    )
    assert _state() == ("held", "attention", "held")
    text = _text(client_of(admin).get(PAGE))
    assert "A later reading found 0 entries instead of 30." in text
    assert "/results/held/center_01/2026-11-20/accept/" in text


def test_roles(shrunken: Slice, client: Client, analyst: User, client_of: ClientOf) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(ACCEPT).status_code == 302
    as_analyst = client_of(analyst)
    text = _text(as_analyst.get(PAGE))
    assert "Accept as it is" not in text
    assert as_analyst.post(ACCEPT, {"checksum": shrunken.checksum}).status_code == 403
    assert client_of(User.objects.create_user("nobody")).get(PAGE).status_code == 403
    assert not AcceptedSlice.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/results/slices/nowhere/2026-11-20/",
        "/results/slices/center_01/2026-02-30/",
        "/results/slices/center_01/0001-01-01/",
        "/days/0001-01-01/",
    ],
)
def test_unknown_address_is_not_found(address: str, centers: list[Center], admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(address).status_code == 404


def test_last_day_of_the_calendar_has_no_day_after(centers: list[Center], admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get("/results/slices/center_01/9999-12-31/")
    assert (response.status_code, "Day after" in _text(response)) == (200, False)


def test_accepting_needs_a_post(centers: list[Center], admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(ACCEPT).status_code == 405
