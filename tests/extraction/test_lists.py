"""The lists of runs, exports, held days, saved exports and alerts: order, search and files."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from centers.batches import begin
from centers.enums import BatchAction
from centers.models import Center
from extraction.enums import ExportChannel, ExportState
from extraction.models import CenterRun, Export, ExtractionRun, HeldSlice, SavedExport
from tests.extraction.builders import FRIDAY, MONDAY

SignIn = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}
START = "/runs/start/"


def lines_of(client: Client, address: str) -> list[str]:
    return b"".join(client.get(address)).decode().splitlines()


@pytest.fixture
def runs(centers: list[Center], analyst: User) -> list[ExtractionRun]:
    """Three runs of a week, a day and a day in March; the second one was asked for by a person."""
    spans = [(MONDAY, FRIDAY), (FRIDAY, FRIDAY), (dt.date(2026, 3, 2), dt.date(2026, 3, 2))]
    made = [
        ExtractionRun.objects.create(
            date_from=first,
            date_to=last,
            workers=1,
            idempotency_key=str(number),
            state="succeeded",
            requested_by=analyst if number == 1 else None,
        )
        for number, (first, last) in enumerate(spans)
    ]
    for run in made:
        CenterRun.objects.create(run=run, center=centers[0], state="succeeded")
    return made


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [2, 1, 0]),
        ("sort=run", [0, 1, 2]),
        ("sort=days", [2, 0, 1]),
        ("sort=-days", [1, 0, 2]),
        ("sort=centers", [2, 1, 0]),
        (f"q={FRIDAY}", [1, 0]),
        (f"q={FRIDAY:%d.%m.%Y}", [1, 0]),
        ("q=2.3.2026", [2]),
        ("q=ANALYST", [1]),
        (f"q=analyst+{FRIDAY}", [1]),
        (f"q=analyst+{MONDAY}", []),
        ("q=99999999999999999999", []),
        ("q=31.02.2026", []),
        ("q=%00", [2, 1, 0]),
        ("q=anna&state=succeeded", []),
        ("state=failed", []),
    ],
)
def test_runs_in_order_and_found(
    query: str, places: list[int], runs: list[ExtractionRun], admin: User, client_of: SignIn
) -> None:
    page = client_of(admin).get(f"/runs/?{query}", headers=FRAGMENT)
    assert page.context["runs"] == [runs[place] for place in places]


def test_run_is_found_by_its_number(runs: list[ExtractionRun], admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    for text in (f"{runs[1].pk}", f"%23{runs[1].pk}"):
        assert client.get(f"/runs/?q={text}").context["runs"] == [runs[1]]
    assert "No run fits" in client.get("/runs/?q=nothing").content.decode()


def test_file_of_runs(runs: list[ExtractionRun], admin: User, client_of: SignIn) -> None:
    lines = lines_of(client_of(admin), "/runs/?sort=run&format=csv")
    assert lines[0] == "Run,Business dates,State,Centers,Succeeded,Failed,Asked by,Requested,Finished"
    assert lines[1].startswith(f"#{runs[0].pk},{MONDAY}/{FRIDAY},succeeded,1,1,0,a person,")
    assert len(lines) == 4


@pytest.mark.parametrize("count", [3, 1_000])
def test_runs_take_the_same_queries_for_any_number(
    count: int,
    centers: list[Center],
    admin: User,
    client_of: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ExtractionRun.objects.bulk_create(
        [
            ExtractionRun(date_from=FRIDAY, date_to=FRIDAY, workers=1, idempotency_key=str(number))
            for number in range(count)
        ]
    )
    client = client_of(admin)
    # Session, person with roles, regions; how many, their keys, the rows with their counts; own views.
    with django_assert_num_queries(7):
        client.get("/runs/?q=2026-11-20&sort=days")


@pytest.fixture
def exports(admin: User) -> list[Export]:
    return [
        Export.objects.create(
            channel=ExportChannel.FILE,
            state=ExportState.COMPLETE,
            format=form,
            requested_by=admin,
            requested_name=name,
            request_key=name,
            row_count=rows,
            sha256=f"{rows:04x}" * 16,
        )
        for name, form, rows in (("Müller", "csv", 7), ("anna", "xlsx", 90), ("zoe", "csv", 8))
    ]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [2, 1, 0]),
        ("sort=-rows", [1, 2, 0]),
        ("sort=format", [0, 2, 1]),
        ("q=mueller", [0]),
        ("q=xlsx", [1]),
        ("q=005a005a", [1]),
        ("q=csv+zoe", [2]),
        ("q=1.1.2001", []),
        ("q=nothing", []),
    ],
)
def test_exports_in_order_and_found(
    query: str, places: list[int], exports: list[Export], admin: User, client_of: SignIn
) -> None:
    page = client_of(admin).get(f"/results/exports/?{query}", headers=FRAGMENT)
    assert list(page.context["page_obj"].object_list) == [exports[place] for place in places]


def test_exports_of_today_are_found_by_the_day(exports: list[Export], admin: User, client_of: SignIn) -> None:
    page = client_of(admin).get(f"/results/exports/?q={timezone.localdate()}")
    assert page.context["page_obj"].paginator.count == 3


def test_file_of_the_ledger_has_whole_checksums(exports: list[Export], admin: User, client_of: SignIn) -> None:
    lines = lines_of(client_of(admin), "/results/exports/?sort=export&format=csv")
    assert lines[1].endswith(exports[0].sha256)
    assert len(lines) == 4


@pytest.mark.parametrize("count", [3, 1_000])
def test_exports_take_the_same_queries_for_any_number(
    count: int, admin: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Export.objects.bulk_create(
        [
            Export(channel="file", format="csv", requested_by=admin, requested_name="a", request_key=str(number))
            for number in range(count)
        ]
    )
    client = client_of(admin)
    with django_assert_num_queries(6):
        client.get("/results/exports/?q=csv&sort=rows")


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=2026-11-20", 1), ("q=mueller", 0), ("q=center", 1), ("q=center+1.1.2020", 0), ("sort=-before", 1)],
)
def test_held_days_found(query: str, found: int, run: ExtractionRun, admin: User, client_of: SignIn) -> None:
    part = run.center_runs.select_related("center", "mapping")[0]
    assert part.mapping is not None
    HeldSlice.objects.create(
        center=part.center,
        business_date=dt.date(2026, 11, 20),
        entry_count=4,
        previous_count=31,
        checksum="a" * 64,
        content="canary-of-a-patient",
        mapping=part.mapping,
        run=run,
        extracted_at=timezone.now(),
    )
    Center.objects.filter(pk=part.center_id).update(search_text="center_01 praxis")
    client = client_of(admin)
    assert client.get(f"/results/held/?{query}").context["page_obj"].paginator.count == found
    text = "\n".join(lines_of(client, f"/results/held/?{query}&format=csv"))
    assert (len(text.splitlines()), "canary" in text) == (found + 1, False)


def test_saved_exports_in_order_and_found(admin: User, client_of: SignIn) -> None:
    now = timezone.now()
    for name in ("Zähler", "Übersicht", "Monat"):
        SavedExport.objects.create(name=name, owner=admin, format="csv", changed_at=now)
    client = client_of(admin)

    def names(query: str) -> list[str]:
        found = client.get(f"/results/exports/saved/?{query}", headers=FRAGMENT).context["saved_exports"]
        return [saved.name for saved in found]

    assert names("") == ["Monat", "Übersicht", "Zähler"]
    assert names("sort=-name") == ["Zähler", "Übersicht", "Monat"]
    assert names("q=uebersicht") == ["Übersicht"]


# --- a run over chosen centers -----------------------------------------------------------------------------------


def test_run_over_chosen_centers_opens_the_start_page_for_exactly_these(
    centers: list[Center], analyst: User, client_of: SignIn
) -> None:
    client = client_of(analyst)
    ids = [center.center_id for center in centers[:2]]
    answer = client.post("/centers/bulk/", {"action": "run", "which": "ticked", "center": ids})
    page = client.get(answer["Location"])
    assert (answer.status_code, page.status_code) == (302, 200)
    assert [center.center_id for center in page.context["listed_centers"]] == ids
    text = page.content.decode()
    assert "2 centers, chosen on the list" in text
    assert 'name="centers"' not in text
    # Nothing runs before the person has seen what would run.
    assert ExtractionRun.objects.count() == 0


def test_chosen_centers_run_and_no_others(centers: list[Center], analyst: User, client_of: SignIn) -> None:
    batch = begin(analyst, BatchAction.RUN, centers[:2])
    posted = {"date_from": f"{FRIDAY}", "date_to": f"{FRIDAY}", "mode": "all", "idempotency_key": "ab" * 16}
    client_of(analyst).post(START, posted | {"batch": f"{batch.pk}"})
    run = ExtractionRun.objects.get()
    assert {part.center_id for part in run.center_runs.all()} == {center.pk for center in centers[:2]}


def test_choice_of_somebody_else_is_nobodys(
    centers: list[Center], admin: User, analyst: User, client_of: SignIn
) -> None:
    batch = begin(admin, BatchAction.RUN, centers[:2])
    page = client_of(analyst).get(f"{START}?batch={batch.pk}")
    assert page.context["listed_centers"] == []
    posted = {"date_from": f"{FRIDAY}", "date_to": f"{FRIDAY}", "mode": "all", "idempotency_key": "ab" * 16}
    client_of(analyst).post(START, posted | {"batch": f"{batch.pk}"})
    assert ExtractionRun.objects.count() == 0


def test_thousand_chosen_centers_are_one_number(admin: User, client_of: SignIn, centers: list[Center]) -> None:
    server = centers[0].server
    Center.objects.bulk_create(
        [Center(center_id=f"m{number:04d}", name="M", server=server, database=f"M{number}") for number in range(1_000)]
    )
    client, count = client_of(admin), Center.objects.count()
    answer = client.post("/centers/bulk/", {"action": "run", "which": "all", "expected": f"{count}"})
    assert len(answer["Location"]) < 40
    assert len(client.get(answer["Location"]).context["listed_centers"]) == count
