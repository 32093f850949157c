"""The matrix of centers and business dates."""

import datetime as dt
import gzip
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centers.models import Center, DatabaseServer, Region
from extraction import matrix_forms, matrix_views
from extraction.enums import RunState
from extraction.landing import land
from extraction.leases import Lease
from extraction.matrix import first_business_day, matrix_of
from extraction.matrix_cells import matrix_lines
from extraction.models import CenterRun, ExtractionRun, Slice
from extraction.slice_grid import CenterRow, SliceGrid, slice_grid
from extraction.slice_states import SliceState
from tests.extraction.builders import FRIDAY, MONDAY, center, center_with_mapping, entry, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
PAGE = "/results/matrix/"
WEEK = {"date_from": f"{MONDAY}", "date_to": f"{FRIDAY}"}


@pytest.fixture(autouse=True)
def _the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix_forms, "yesterday", lambda: FRIDAY)


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """The first center has a week with one entry on Friday, the second failed, the third was not read yet."""
    result = success(task_of(run.center_runs.select_related("center")[0]), entry())
    assert land([result], {lease.shard_id: lease}) == set()
    CenterRun.objects.filter(center__center_id="center_02").update(
        state=RunState.FAILED, error_kind="refused", error_message="Nothing listens on this port."
    )
    return run


def _text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def _rows(response: Any) -> dict[str, str]:
    """The classes of each center's cells, in the order of the page."""
    rows = re.findall(r'<tr><th scope="row">.*?>([\w-]+)</a></th>(.*?)</tr>', _text(response), re.DOTALL)
    return {name: " ".join(re.findall(r'<td class="m-(\w+)">', cells)) for name, cells in rows}


def test_first_business_day_counts_weekdays_only() -> None:
    assert first_business_day(FRIDAY, 1) == FRIDAY
    assert first_business_day(FRIDAY, 5) == MONDAY
    assert first_business_day(FRIDAY) == dt.date(2026, 10, 12)
    assert first_business_day(dt.date(2026, 11, 22), 1) == FRIDAY


def test_failing_centers_come_first(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    assert list(_rows(client.get(PAGE, WEEK)).items()) == [
        ("center_02", "failed failed failed failed failed"),
        ("center_01", "unusual unusual unusual unusual landed"),
        ("center_03", "running running running running running"),
    ]
    assert list(_rows(client.get(PAGE, {**WEEK, "order": "center"}))) == ["center_01", "center_02", "center_03"]
    assert list(_rows(client.get(PAGE, {**WEEK, "open": "on"}))) == ["center_02", "center_01"]


def test_default_is_the_last_thirty_business_days(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(PAGE)
    days = response.context["matrix"].days
    assert (len(days), days[0], days[-1]) == (30, dt.date(2026, 10, 12), FRIDAY)
    assert [(month.first.month, month.columns) for month in response.context["matrix"].months] == [(10, 15), (11, 15)]
    assert f'value="{FRIDAY}"' in _text(response)


def test_cell_leads_to_its_slice_and_says_its_state(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    text = _text(client.get(PAGE, WEEK))
    failed = '<td class="m-failed"><a href="../slices/center_02/2026-11-16/" title="failed"><span aria-hidden="true">✕'
    assert failed in text
    assert '<td class="m-landed"><a href="../slices/center_01/2026-11-20/" tabindex="-1">1</a></td>' in text
    assert client.get("/results/slices/center_02/2026-11-16/").status_code == 200


def test_legend_counts_each_state(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    legend = client_of(admin).get(PAGE, WEEK).context["legend"]
    assert {part["state"]: part["count"] for part in legend if part["count"]} == {
        "failed": 5,
        "running": 5,
        "unusual": 4,
        "landed": 1,
    }


def test_weekend_is_shown_when_something_landed_on_it(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    days = {"date_from": "2026-11-09", "date_to": f"{FRIDAY}"}
    client = client_of(admin)
    assert len(client.get(PAGE, days).context["matrix"].days) == 10
    found = Slice.objects.get(business_date=FRIDAY)
    Slice.objects.filter(pk=found.pk).update(business_date="2026-11-14")
    matrix = client.get(PAGE, days).context["matrix"]
    assert [day.day for day in matrix.days] == [9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20]
    assert sum(matrix.totals.values()) == 33


def test_region_zooms_in(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    austria = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(
        code="wien", region=austria, host="localhost", user="u", credential="env:IVORIS_PASSWORD"
    )
    center(9, server=server)
    client = client_of(admin)
    response = client.get(PAGE, WEEK)
    assert [(part.code, part.centers, part.open) for part in response.context["regions"]] == [
        ("austria", 1, 5),
        ("germany", 3, 9),
    ]
    assert f"?date_from={MONDAY}&amp;date_to={FRIDAY}&amp;region=austria" in _text(response)
    assert list(_rows(client.get(PAGE, {**WEEK, "region": "austria"}))) == ["center_09"]


def test_htmx_gets_the_fragment(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(PAGE, WEEK, headers={"HX-Request": "true"}))
    assert text.startswith('<div id="matrix">')


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"date_from": "2026-11-20", "date_to": "2026-11-16"}, "The last day is before the first."),
        ({"date_from": "2026-01-01", "date_to": "2026-11-16"}, "A matrix shows at most 190 days."),
        ({"date_to": "2026-11-31"}, "Enter a valid date."),
        ({"date_to": "<b>"}, "Enter a valid date."),
        ({"date_from": "2026-11-20", "date_to": "2026-12-01"}, "This day has not come yet."),
        ({"date_from": "0001-01-01", "date_to": "0001-02-01"}, "There is nothing that long ago."),
        ({"region": "nowhere"}, "Select a valid choice."),
        ({"order": "size"}, "Select a valid choice."),
    ],
)
def test_wrong_filter_says_what_is_wrong(query: dict[str, str], message: str, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(PAGE, query)
    assert response.status_code == 200
    assert message in _text(response)
    assert "<table" not in _text(response)


def test_without_centers_it_says_the_next_step(admin: User, client_of: ClientOf) -> None:
    assert "No centers yet" in _text(client_of(admin).get(PAGE))


def test_nothing_open_says_so(admin: User, client_of: ClientOf) -> None:
    assert "No center matches" in _text(client_of(admin).get(PAGE, {"open": "on"}))


def test_roles(centers: list[Center], client: Client, analyst: User, reviewer: User, client_of: ClientOf) -> None:
    assert client.get(PAGE).status_code == 302
    assert client_of(analyst).get(PAGE).status_code == 200
    assert client_of(reviewer).get(PAGE).status_code == 200
    nobody = User.objects.create_user("nobody")
    assert client_of(nobody).get(PAGE).status_code == 403


def test_queries_do_not_grow_with_centers_and_days(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, WEEK)
    for number in range(4, 24):
        center_with_mapping(number)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


def test_more_centers_than_a_page_holds_go_on_with_the_next_one(
    landed: ExtractionRun, admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix_views, "CENTERS_PER_PAGE", 2)
    client, shown = client_of(admin), {**WEEK, "order": "center"}
    first, second = client.get(PAGE, shown), client.get(PAGE, {**shown, "page": "2"})
    assert (list(_rows(first)), list(_rows(second))) == (["center_01", "center_02"], ["center_03"])
    following = f"?date_from={MONDAY}&amp;date_to={FRIDAY}&amp;order=center&amp;page=2"
    assert f'rel="next" href="{following}"' in _text(first)
    # What is counted is the whole range, whatever the page.
    legends = [re.findall(r'<span class="num muted">(\d+)</span>', _text(answer)) for answer in (first, second)]
    assert legends[0] == legends[1]


def test_page_of_the_longest_range_is_small_on_its_way(landed: ExtractionRun, admin: User, client_of: ClientOf) -> None:
    """As many centers and days as there are on a page, with counts that differ."""
    chance, days = random.Random(1), 2 * matrix_forms.MOST_DAYS
    grid = SliceGrid(
        FRIDAY - dt.timedelta(days=matrix_forms.MOST_DAYS - 1),
        matrix_forms.MOST_DAYS,
        [
            CenterRow(
                found,
                chance.choices([SliceState.LANDED, SliceState.FAILED, SliceState.UNUSUAL], [8, 1, 1], k=days),
                [chance.randint(15, 90) for _day in range(days)],
                {},
                [],
            )
            for found in (Center(center_id=f"center_{number:04}") for number in range(matrix_views.CENTERS_PER_PAGE))
        ],
    )
    cells = "".join(line.cells for line in matrix_lines(matrix_of(grid)))
    frame = client_of(admin).get(PAGE, WEEK, headers={"Accept-Encoding": "gzip"})
    assert frame.headers["Content-Encoding"] == "gzip"
    assert len(gzip.compress(cells.encode(), 6)) + len(frame.content) < 150_000


def test_holidays_differ_by_region(db: None) -> None:
    """Friday 1 May is a holiday for all; Corpus Christi, Thursday 4 June 2026, not in Zurich."""
    for number, area in enumerate(("DE-BY", "AT-9", "CH-ZH", ""), start=1):
        Center.objects.filter(pk=center(number).pk).update(holiday_area=area)
    Center.objects.filter(center_id="center_04").update(closing_days="2026-06-04..2026-06-05 Urlaub")
    matrix = matrix_of(slice_grid(dt.date(2026, 6, 3), dt.date(2026, 6, 8)), failing_first=False)
    assert [[state.value for state in row.states] for row in matrix.rows] == [
        ["missing", "closed", "missing", "closed", "closed", "missing"],
        ["missing", "closed", "missing", "closed", "closed", "missing"],
        ["missing", "missing", "missing", "closed", "closed", "missing"],
        ["missing", "closed", "closed", "closed", "closed", "missing"],
    ]
    assert matrix.numbers == (0, 1, 2, 5)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
@pytest.mark.parametrize("narrowed", [False, True])
def test_large_tables_are_found_by_an_index(centers: list[Center], *, narrowed: bool) -> None:
    """Slices and parts of runs grow every night; what is asked of them must not be read whole."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, parameters: Any, *rest: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, *rest)

    with connection.execute_wrapper(note):
        slice_grid(MONDAY, FRIDAY, Center.objects.filter(center_id="center_01") if narrowed else None)
    plans = []
    with connection.cursor() as cursor:
        for sql, parameters in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plans += [row[3] for row in cursor.fetchall()]
    large = ("extraction_slice", "extraction_centerrun", "extraction_acceptedslice")
    found = [step for step in plans if any(f" {table}" in step for table in large)]
    assert len(found) >= 3
    assert [step for step in found if not re.match(r"SEARCH \w+ USING (COVERING )?INDEX", step)] == []
