"""Pages of runs, results and days: each climbs the ladder."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from centers.models import Center
from extraction import dashboard
from extraction.enums import RunState
from extraction.landing import land
from extraction.leases import Lease, claim_run
from extraction.models import CenterRun, ExtractionRun, Shard, Slice
from extraction.run_requests import request_run, yesterday
from extraction.runs import finish
from mappings.models import Mapping
from tests.extraction.builders import FRIDAY, MONDAY, center_with_mapping, entry, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
KEY = "0123456789abcdef" * 2
EVERY_PAGE = [
    reverse("dashboard"),
    reverse("extraction:run_list"),
    reverse("extraction:run_start"),
    reverse("extraction:entry_list"),
    reverse("extraction:entry_export"),
    reverse("extraction:day_detail", args=[FRIDAY]),
]


@pytest.fixture
def nobody(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("nobody")


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """The first center has landed two entries on Friday, the second has failed, the third has landed nothing."""
    first, second, third = run.center_runs.select_related("center")
    two = (entry("4711", "Füllung <b>", codes=("2060", "Ä1")), entry("4712", "Prophylaxe", row="2"))
    for part, entries in ((first, two), (third, ())):
        result = success(task_of(part), *entries)
        assert land([result], {lease.shard_id: lease}) == set()
    CenterRun.objects.filter(pk=second.pk).update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens on this port."
    )
    finish(lease)
    run.refresh_from_db()
    return run


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def _form(**changes: Any) -> dict[str, Any]:
    day = yesterday().isoformat()
    return {"date_from": day, "date_to": day, "mode": "all", "idempotency_key": KEY, **changes}


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_anonymous_is_sent_to_the_sign_in(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_admin_sees_every_page(address: str, admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(address).status_code == 200


@pytest.mark.parametrize("name", ["entry_list", "entry_export"])
def test_reviewer_sees_no_patient_data(name: str, reviewer: User, client_of: ClientOf) -> None:
    assert client_of(reviewer).get(reverse(f"extraction:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["entry_list", "entry_export", "run_list", "run_start"])
def test_person_without_a_role_gets_nothing(name: str, nobody: User, client_of: ClientOf) -> None:
    assert client_of(nobody).get(reverse(f"extraction:{name}")).status_code == 403


# --- dashboard and days ------------------------------------------------------------------------------------------


def test_dashboard_answers_whether_yesterday_is_complete(
    centers: list[Center], admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "yesterday", lambda: FRIDAY)
    response = client_of(admin).get(reverse("dashboard"))
    assert "is not complete" in _text(response)
    assert [stat["count"] for stat in response.context["stats"]] == [0, 0, 0, 0, 3, 0]
    assert "not extracted yet" in _text(response)


def test_dashboard_of_a_sunday_says_that_all_were_closed(
    centers: list[Center], admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "yesterday", lambda: FRIDAY + dt.timedelta(days=2))
    response = client_of(admin).get(reverse("dashboard"))
    assert "every center was closed" in _text(response)
    assert [stat["count"] for stat in response.context["stats"]] == [0, 0, 0, 0, 0, 3]


def test_dashboard_lists_the_last_days(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(reverse("dashboard"))
    days = response.context["last_days"]
    counted = Slice.objects.filter(business_date=days[0].day)
    assert days[0].day == Slice.objects.latest("business_date").business_date
    assert days[0].centers == counted.count()
    assert days[0].entries == sum(counted.values_list("entry_count", flat=True))


def test_dashboard_without_centers_says_the_next_step(admin: User, client_of: ClientOf) -> None:
    assert "No centers yet" in _text(client_of(admin).get(reverse("dashboard")))


def test_dashboard_queries_do_not_grow(
    landed: ExtractionRun, admin: User, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4, 30):
        center_with_mapping(number)
    client = client_of(admin)
    with django_assert_max_num_queries(12):
        client.get(reverse("dashboard"))


def test_day_shows_each_center(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(reverse("extraction:day_detail", args=[FRIDAY]))
    assert [center.state.value for center in response.context["centers"]] == ["ok", "failed", "attention"]
    assert "Nothing listens on this port." in _text(response)


def test_day_narrowed_by_state_and_cause(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    address = reverse("extraction:day_detail", args=[FRIDAY])
    client = client_of(admin)
    for query in ({"state": "failed"}, {"cause": "refused"}):
        shown = client.get(address, query).context["centers"]
        assert [center.center_id for center in shown] == ["center_02"]
    assert client.get(address, {"state": "other"}).status_code == 404
    assert client.get("/days/2026-02-30/").status_code == 404


# --- runs ----------------------------------------------------------------------------------------------------------


def test_run_list_and_its_fragment(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    client, address = client_of(analyst), reverse("extraction:run_list")
    assert "<html" in _text(client.get(address))
    fragment = client.get(address, {"state": "partial"}, headers=HTMX)
    assert "<html" not in _text(fragment)
    assert f"#{landed.pk}" in _text(fragment)
    assert f"#{landed.pk}" not in _text(client.get(address, {"state": "failed"}))


def test_start_page_says_what_would_run(centers: list[Center], reviewer: User, client_of: ClientOf) -> None:
    response = client_of(reviewer).get(
        reverse("extraction:run_start"), {"date_from": f"{MONDAY}", "date_to": f"{FRIDAY}"}
    )
    assert "3 centers × 5 days" in _text(response).replace("\n", "")
    assert "15 slices" in _text(response)


def test_start_page_fragment(centers: list[Center], reviewer: User, client_of: ClientOf) -> None:
    response = client_of(reviewer).get(reverse("extraction:run_start"), _form(centers="center_02"), headers=HTMX)
    assert "<html" not in _text(response)
    assert "1 slice" in _text(response)


def test_start_makes_one_run_however_often_it_is_clicked(
    centers: list[Center],
    analyst: User,
    client_of: ClientOf,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = client_of(analyst)
    for _click in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(reverse("extraction:run_start"), _form(centers=["center_01", "center_03"]))
        run = ExtractionRun.objects.get()
        assert response.headers["Location"] == run.get_absolute_url()
    assert (run.requested_by, run.center_runs.count()) == (analyst, 2)
    assert OrmQ.objects.count() == 1


def test_start_with_check_only_shows(centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(reverse("extraction:run_start"), _form(check="1"))
    assert response.status_code == 200
    assert not ExtractionRun.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"date_from": "yesterday"},
        {"date_from": "2026-11-20", "date_to": "2026-11-16"},
        {"date_from": "2020-01-01", "date_to": "2026-01-01"},
        {"date_from": "2999-01-01", "date_to": "2999-01-01"},
        {"centers": "center_99"},
        {"mode": "some"},
        {"idempotency_key": ""},
    ],
)
def test_start_with_bad_input(changes: dict[str, Any], centers: list[Center], admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).post(reverse("extraction:run_start"), _form(**changes))
    assert response.status_code == 422
    assert not ExtractionRun.objects.exists()


def test_start_of_gaps_only(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    days = {"date_from": MONDAY.isoformat(), "date_to": FRIDAY.isoformat()}
    client_of(admin).post(reverse("extraction:run_start"), _form(mode="missing", **days))
    run = ExtractionRun.objects.exclude(pk=landed.pk).get()
    assert [part.center.center_id for part in run.center_runs.all()] == ["center_02"]


def test_run_page_polls_until_the_run_has_ended(
    run: ExtractionRun, lease: Lease, admin: User, client_of: ClientOf
) -> None:
    client, address = client_of(admin), run.get_absolute_url()
    page = client.get(address)
    assert 'hx-trigger="every 2s"' in _text(page)
    assert client.get(address, headers=HTMX).status_code == 200
    CenterRun.objects.update(state=RunState.SUCCEEDED)
    finish(lease)
    fragment = client.get(address, headers=HTMX)
    assert fragment.status_code == 286
    assert "every 2s" not in _text(fragment)
    assert client.get(address).status_code == 200


def test_run_page_names_each_failure(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(landed.get_absolute_url()))
    assert "connection refused" in text
    assert "Nothing listens on this port." in text


def test_run_page_shows_why_a_center_is_on_hold(centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    Mapping.objects.filter(center=centers[1]).update(hold="gone:KARTEI.DATUM type_changed:KASSEN.ART")
    text = _text(client_of(analyst).get(request_run(centers, FRIDAY).run.get_absolute_url()))
    assert '<strong><a href="/help/errors/schema_changed/">schema changed</a></strong>' in text
    assert "Schema changed: KARTEI.DATUM is gone, KASSEN.ART has another type." in text
    assert "On hold until a new version is approved." in text


def test_run_page_says_when_no_worker_comes(run: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    assert "Waiting for a worker" not in _text(client.get(run.get_absolute_url()))
    ExtractionRun.objects.update(requested_at=timezone.now() - dt.timedelta(seconds=30))
    assert "Waiting for a worker" in _text(client.get(run.get_absolute_url()))


def test_run_page_says_when_its_worker_is_gone(run: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    assert claim_run(run.pk)
    client = client_of(admin)
    assert "Waiting for a worker" not in _text(client.get(run.get_absolute_url()))
    Shard.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert "Waiting for a worker" in _text(client.get(run.get_absolute_url()))


@pytest.mark.parametrize("name", ["run_detail", "run_cancel"])
def test_unknown_run(name: str, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    method = client.post if name == "run_cancel" else client.get
    assert method(reverse(f"extraction:{name}", args=[4711])).status_code == 404


def test_cancel(run: ExtractionRun, admin: User, nobody: User, client_of: ClientOf) -> None:
    address = reverse("extraction:run_cancel", args=[run.pk])
    assert client_of(nobody).post(address).status_code == 403
    client = client_of(admin)
    assert client.get(address).status_code == 405
    assert client.post(address).headers["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert client.post(address).status_code == 302
