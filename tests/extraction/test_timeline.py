from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from extraction.center_timeline import center_timeline
from extraction.enums import Trigger
from extraction.models import CenterRun, ExtractionRun
from extraction.run_requests import request_run
from mappings.approval import approve, reject, submit
from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.versions import edit, restore
from tests.extraction.builders import MONDAY
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.plain_mappings import approved_center, plain_draft
from tests.mappings.test_drift_state import renamed

SignIn = Callable[[User], Client]
PAGE = "/timeline/center_01/"


def told(center: Center) -> list[tuple[str, str, str]]:
    return [(moment.title, moment.text, moment.who) for moment in center_timeline(center)]


def run_of(center: Center, user: User | None = None) -> CenterRun:
    run = request_run([center], MONDAY, MONDAY, trigger=Trigger.PERSON, workers=1, user=user).run
    return run.center_runs.get()


def test_story_of_a_center(reviewer: User, admin: User) -> None:
    draft = plain_draft(make_center(1))
    center = draft.center
    edit(draft, with_code(draft, "G"), admin)
    submit(draft, admin)
    approve(Mapping.objects.get(pk=draft.pk), reviewer, reason="looks right", all_looked_at=True)
    store_catalog(center, renamed())
    reject(restore(center.mappings.get(version=1), admin), reviewer, "The source changed.")
    store_catalog(center, standard())
    titles = told(center)
    assert [(title, who) for title, _text, who in titles] == [
        ("The drift is over", "system"),
        ("Rejected", "reviewer"),
        ("Restored from an older version", "admin"),
        ("breaking drift", "system"),
        ("New schema", ""),
        ("Approved", "reviewer"),
        ("Submitted for review", "admin"),
        ("Edited", "admin"),
        ("New schema", ""),
    ]
    texts = [text for _title, text, _who in titles]
    assert texts[1] == "Version 2: The source changed."
    assert texts[3] == "Schema changed: KARTEI.BEMERKUNG was renamed."
    assert texts[5] == "Version 1: looks right"


def test_runs_are_part_of_it(reviewer: User, admin: User) -> None:
    center = approved_center(1, reviewer)
    part = run_of(center, admin)
    CenterRun.objects.filter(pk=part.pk).update(state="succeeded", entry_count=3, finished_at=timezone.now())
    moment = center_timeline(center)[0]
    assert (moment.title, moment.text, moment.who) == (f"Run #{part.run_id}: succeeded", "3 chart entries", "admin")
    assert (moment.state, moment.address) == ("succeeded", f"/runs/{part.run_id}/")


def test_failed_run_names_its_cause(reviewer: User) -> None:
    center = approved_center(1, reviewer)
    part = run_of(center)
    CenterRun.objects.filter(pk=part.pk).update(state="failed", error_kind="login", error_message="no such user")
    assert center_timeline(center)[0].text == CenterRun.objects.get(pk=part.pk).cause


def test_other_centers_are_no_part_of_it(reviewer: User) -> None:
    first, eleventh = approved_center(1, reviewer), approved_center(11, reviewer)
    restore(first.mappings.get(version=1), reviewer)
    run_of(eleventh)
    assert {moment.address for moment in center_timeline(first)} == {
        "",
        "/mappings/center_01/1/",
        "/mappings/center_01/2/",
    }


def test_pages_cut_the_same_story(reviewer: User) -> None:
    center = approved_center(1, reviewer)
    for code in "ABCDEFGH":
        restored = restore(center.mappings.get(version=1), a_reviewer(f"author {code}"))
        edit(restored, with_code(restored, code), a_reviewer(f"editor {code}"))
    whole = list(center_timeline(center))
    story = center_timeline(center)
    assert len(whole) == len(story) == 18
    assert [moment for start in range(0, 18, 5) for moment in story[start : start + 5]] == whole
    assert whole == sorted(whole, key=lambda moment: moment.at, reverse=True)


def test_page_shows_it(reviewer: User, analyst: User, client_of: SignIn) -> None:
    approved_center(1, reviewer)
    text = client_of(analyst).get(PAGE).content.decode()
    assert '<a href="/mappings/center_01/1/">Version 1</a>' in text
    assert "Approved" in text


def test_page_is_a_fragment_for_htmx(analyst: User, client_of: SignIn) -> None:
    make_center(1)
    response = client_of(analyst).get(PAGE, headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<div id="timeline">')
    assert "Nothing happened yet" in response.content.decode()


def test_center_leads_to_its_timeline(reviewer: User, client_of: SignIn) -> None:
    approved_center(1, reviewer)
    assert f'href="{PAGE}"' in client_of(reviewer).get("/mappings/center_01/").content.decode()


@pytest.mark.django_db
def test_page_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_page_needs_a_role(db: None, client_of: SignIn) -> None:
    assert client_of(User.objects.create_user("nobody")).get(PAGE).status_code == 403


def test_unknown_center_is_not_found(analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).get("/timeline/nowhere/").status_code == 404


@pytest.mark.parametrize("page", ["0", "99", "x"])
def test_page_out_of_range_is_the_nearest(page: str, reviewer: User, client_of: SignIn) -> None:
    approved_center(1, reviewer)
    assert client_of(reviewer).get(PAGE, {"page": page}).status_code == 200


@pytest.mark.parametrize("runs", [1, 5])
def test_queries_do_not_grow_with_the_story(
    runs: int, reviewer: User, analyst: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    center = approved_center(1, reviewer)
    for _number in range(runs):
        ExtractionRun.objects.update(state="succeeded")
        run_of(center)
    client = client_of(analyst)
    # session, person with roles, regions, center, versions, one count of all, three histories
    with django_assert_num_queries(9):
        client.get(PAGE)
