from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from centers.models import Center, DatabaseServer, Region
from mappings.discovery_jobs import request_discovery
from mappings.models import DiscoveryJob
from mappings.rediscovery import look_at_due_centers
from tests.mappings.conftest import make_center
from tests.mappings.test_rediscovery import REFUSED, Sources, sources
from tests.scopes import sees

__all__ = ["sources"]
SignIn = Callable[[User], Client]


@pytest.fixture
def job(sources: Sources, reviewer: User) -> DiscoveryJob:
    """Two centers, the first of which refuses."""
    sources["DentalDB_01"] = REFUSED
    return request_discovery(reviewer, [make_center(1), make_center(2)])


def page(job: DiscoveryJob) -> str:
    return job.get_absolute_url()


def test_page_polls_until_the_end_and_says_what_became(job: DiscoveryJob, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    text = browser.get(page(job)).content.decode()
    assert f'hx-get="{page(job)}?page=1&amp;heard=0"' in text
    assert "0 of 2" in text
    look_at_due_centers("token")
    response = browser.get(page(job), headers={"HX-Request": "true"})
    text = response.content.decode()
    assert response.status_code == 286
    assert "hx-trigger" not in text
    assert "<html" not in text
    assert "The server refuses the connection." in text
    assert "The discovery has ended: 1 of 2 centers discovered." in text
    assert 'href="/mappings/center_02/1/"' in text
    assert "Try 1 center again" in text


def test_state_in_the_address_narrows(job: DiscoveryJob, reviewer: User, client_of: SignIn) -> None:
    look_at_due_centers("token")
    text = client_of(reviewer).get(f"{page(job)}?state=failed").content.decode()
    assert ("center_01" in text, "center_02" in text) == (True, False)


def test_failed_ones_are_tried_again(
    job: DiscoveryJob,
    sources: Sources,
    reviewer: User,
    client_of: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    look_at_due_centers("token")
    browser = client_of(reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(f"{page(job)}/retry", follow=True)
    assert response.redirect_chain == [(page(job), 302)]
    assert "1 center is tried again." in response.content.decode()
    assert [row.key for row in OrmQ.objects.all()] == ["interactive"]
    assert "There is nothing to try again." in browser.post(f"{page(job)}/retry", follow=True).content.decode()


def test_analyst_sees_no_discovery(job: DiscoveryJob, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).get(page(job)).status_code == 403


def test_person_of_another_region_finds_nothing(job: DiscoveryJob, reviewer: User, client_of: SignIn) -> None:
    sees(reviewer, Region.objects.create(code="austria", name="Austria"))
    browser = client_of(reviewer)
    assert (browser.get(page(job)).status_code, browser.post(f"{page(job)}/retry").status_code) == (404, 404)


def test_centers_of_other_regions_are_neither_shown_nor_counted(
    job: DiscoveryJob, reviewer: User, client_of: SignIn
) -> None:
    abroad = Region.objects.create(code="austria", name="Austria")
    server = DatabaseServer.objects.create(code="at-1", region=abroad, host="localhost", user="x", credential="env:X")
    Center.objects.filter(center_id="center_02").update(server=server)
    sees(reviewer, Region.objects.get(code="germany"))
    text = client_of(reviewer).get(page(job)).content.decode()
    assert ("center_02" in text, "0 of 1" in text) == (False, True)


def test_page_of_a_thousand_centers_costs_the_same(
    reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = make_center()
    Center.objects.bulk_create(
        [
            Center(center_id=f"c{number}", name="Praxis", city="Köln", server=first.server, database=f"D{number}")
            for number in range(1000)
        ]
    )
    job = request_discovery(reviewer, Center.objects.all())
    browser = client_of(reviewer)
    browser.get(page(job))
    with django_assert_num_queries(8):
        assert "0 of 1001" in browser.get(page(job)).content.decode().replace(",", "")
