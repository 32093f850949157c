"""The page that starts a run says exactly what will run, and starts nothing else."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centers.models import Center, DatabaseServer, Region
from extraction.enums import RunMode, RunState
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import Breaker, CenterRun, ExtractionRun
from extraction.run_requests import request_run
from extraction.runner import execute
from extraction.runs import cancel
from tests.extraction.builders import FRIDAY, MONDAY, center, center_with_mapping, entry, failure, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
PAGE = "/runs/start/"
HTMX = {"HX-Request": "true"}
KEY = "0123456789abcdef" * 2
WEEK = {"date_from": f"{MONDAY}", "date_to": f"{FRIDAY}"}


def _form(**changes: Any) -> dict[str, Any]:
    return {**WEEK, "mode": "missing", "idempotency_key": KEY, **changes}


def _text(response: Any) -> str:
    """The text of the answer, blanks for tags."""
    content: bytes = response.content
    return " ".join(re.sub(r"<[^>]*>", " ", content.decode()).split())


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """The first center has landed the week, the second has failed, the third is being read."""
    first, second, _third = run.center_runs.select_related("center")
    assert land([success(task_of(first), entry())], {lease.shard_id: lease}) == set()
    CenterRun.objects.filter(pk=second.pk).update(state=RunState.FAILED, error_kind="refused")
    return run


def test_page_shows_at_first_what_is_missing_of_yesterday(
    centers: list[Center], analyst: User, client_of: ClientOf
) -> None:
    response = client_of(analyst).get(PAGE)
    assert response.context["plan"].mode is RunMode.MISSING
    assert re.search(r'<input type="radio" name="mode" value="missing"[^>]* checked', response.content.decode())


def test_preview_counts_every_slice(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    text = _text(client_of(analyst).get(PAGE, _form(date_to="2026-11-22"), headers=HTMX))
    assert text.startswith(
        "3 centers × 7 days = 21 slices, 5 already there, 6 on closed days left out, 5 being read by other runs, "
        "5 will run"
    )
    assert "center_02 5 16.11.2026–20.11.2026" in text


def test_preview_of_failures_and_of_everything(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert "15 slices, 5 already there, 5 being read by other runs, 5 will run" in _text(
        client.get(PAGE, _form(mode="failed"), headers=HTMX)
    )
    assert "15 slices, 5 already there and replaced, 15 will run" in _text(
        client.get(PAGE, _form(mode="all"), headers=HTMX)
    )


def test_skipped_centers_are_named_with_their_reason(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    center(4)
    center(5)
    Breaker.objects.create(
        key="center:center_02",
        scope="center",
        state="open",
        center_id=landed.center_runs.all()[1].center_id,
        next_probe_at=timezone.now() + dt.timedelta(minutes=5),
    )
    text = _text(client_of(analyst).get(PAGE, _form(), headers=HTMX))
    assert "1 of the centers is left alone for now after failures and will not be read before its next try." in text
    assert "2 centers are skipped: The center has no approved mapping. Which ones center_04 , center_05" in text


def test_region_filter_and_marked_centers(centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    austria = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(
        code="wien", region=austria, host="localhost", user="u", credential="env:IVORIS_PASSWORD"
    )
    Center.objects.filter(pk=centers[2].pk).update(server=server)
    Center.objects.get(pk=centers[1].pk).save()
    client = client_of(analyst)

    def chosen(**query: Any) -> list[str]:
        response = client.get(PAGE, _form(**query), headers=HTMX)
        return [part.center.center_id for part in response.context["plan"].reading]

    assert chosen() == ["center_01", "center_02", "center_03"]
    assert chosen(region="austria") == ["center_03"]
    assert chosen(q="PRAXIS 2") == ["center_02"]
    assert chosen(centers=["center_01", "center_03"]) == ["center_01", "center_03"]
    assert chosen(centers=["center_01", "center_03"], region="austria") == ["center_03"]
    assert chosen(region="austria", q="praxis 2") == []


def test_start_makes_the_run_of_the_preview_once(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    for _click in range(2):
        response = client.post(PAGE, _form(expected="5"))
        run = ExtractionRun.objects.exclude(pk=landed.pk).get()
        assert response.headers["Location"] == run.get_absolute_url()
    assert (run.mode, [part.center.center_id for part in run.center_runs.all()]) == ("missing", ["center_02"])


def test_nothing_starts_that_was_not_shown(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(PAGE, _form(expected="15"))
    assert response.status_code == 200
    assert "Something else would run than what was shown." in _text(response)
    assert '<input type="hidden" name="expected" value="5">' in response.content.decode()
    assert ExtractionRun.objects.count() == 1


def test_nothing_to_read_says_so(landed: ExtractionRun, analyst: User, client_of: ClientOf) -> None:
    form = _form(centers=["center_01"])
    client = client_of(analyst)
    text = _text(client.get(PAGE, form, headers=HTMX))
    assert "Nothing would run. To read again what is there, choose everything." in text
    response = client.post(PAGE, {**form, "expected": "0"})
    assert (response.status_code, ExtractionRun.objects.count()) == (200, 1)
    assert "There is nothing to read." in _text(response)


@pytest.mark.parametrize("changes", [{"region": "nowhere"}, {"expected": "many"}, {"q": "x" * 101}, {"mode": ""}])
def test_bad_input(changes: dict[str, str], centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(PAGE, _form(**changes))
    assert (response.status_code, ExtractionRun.objects.count()) == (422, 0)


def test_queries_do_not_grow(centers: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, _form(q="praxis 1"), headers=HTMX)
    for number in range(4, 9):
        center_with_mapping(number)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, _form(), headers=HTMX)
    assert len(many) == len(few)


def test_run_page_shows_progress_in_days_and_its_mode(
    landed: ExtractionRun, analyst: User, client_of: ClientOf
) -> None:
    run = request_run(None, MONDAY, FRIDAY + dt.timedelta(days=2), mode=RunMode.MISSING).run
    text = _text(client_of(analyst).get(run.get_absolute_url()))
    assert "only what is missing" in text
    assert "Slices 0 of 5" in text
    assert "center_02 Praxis 2 queued 0 of 5" in text


def test_cancelled_run_says_what_is_kept(
    run: ExtractionRun, lease: Lease, task_of: TaskOf, analyst: User, client_of: ClientOf
) -> None:
    first = run.center_runs.select_related("center")[0]
    assert land([success(task_of(first), entry())], {lease.shard_id: lease}) == set()
    cancel(run, analyst)
    execute([lease], read_center=lambda task: iter([failure(task)]))
    CenterRun.objects.filter(run=run, state=RunState.FAILED).update(state=RunState.CANCELLED)
    ExtractionRun.objects.filter(pk=run.pk).update(state=RunState.CANCELLED)
    text = _text(client_of(analyst).get(run.get_absolute_url()))
    assert "The run was cancelled. 5 slices of 15 had landed and are kept." in text


def test_matrix_leads_to_what_is_missing_in_its_range(
    centers: list[Center], analyst: User, client_of: ClientOf
) -> None:
    text = client_of(analyst).get("/results/matrix/", {**WEEK, "region": "germany"}).content.decode()
    assert f"{PAGE}?date_from={MONDAY}&amp;date_to={FRIDAY}&amp;region=germany&amp;mode=missing" in text


def test_roles(centers: list[Center], client: Client, reviewer: User, client_of: ClientOf) -> None:
    assert client.get(PAGE).status_code == 302
    assert client_of(reviewer).get(PAGE).status_code == 200
    nobody = client_of(User.objects.create_user("nobody"))
    assert (nobody.get(PAGE).status_code, nobody.post(PAGE, _form()).status_code) == (403, 403)
    assert client_of(reviewer).put(PAGE).status_code == 405
