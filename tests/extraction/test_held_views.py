"""Held days on the screens: who sees them, who decides, and what a decision meets that is no longer the same."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dentalhub.models import AuditEvent
from extraction import held_views
from extraction.enums import HeldState
from extraction.held import accept, reject
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import ChartEntry, ExtractionRun, HeldSlice, Slice
from tests.extraction.builders import FRIDAY, MONDAY, entry, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
PAGE = reverse("extraction:held_list")
ACCEPT = reverse("extraction:held_decide", args=["center_01", FRIDAY, "accept"])
KEEP = reverse("extraction:held_decide", args=["center_01", FRIDAY, "keep"])


@pytest.fixture
def held(run: ExtractionRun) -> HeldSlice:
    """The first center's Friday: 4 entries instead of 31."""
    part = run.center_runs.select_related("center", "mapping")[0]
    assert part.mapping is not None
    return HeldSlice.objects.create(
        center=part.center,
        business_date=FRIDAY,
        entry_count=4,
        previous_count=31,
        checksum="a" * 64,
        content="[]",
        mapping=part.mapping,
        run=run,
        extracted_at=timezone.now(),
    )


@pytest.fixture
def nobody(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("nobody")


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


# --- the list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "buttons"), [("admin", 2), ("reviewer", 2), ("analyst", 0)])
def test_list_shows_counts_to_all_and_buttons_to_those_who_decide(
    held: HeldSlice, role: str, buttons: int, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    text = _text(client_of(request.getfixturevalue(role)).get(PAGE))
    assert '<td class="num">31</td>' in text
    assert '<td class="num">4</td>' in text
    assert "badge-state--warning" in text
    assert text.count(ACCEPT) + text.count(KEEP) == buttons


def test_list_of_nothing_says_when_a_day_is_held(admin: User, client_of: ClientOf) -> None:
    assert "No day is held" in _text(client_of(admin).get(PAGE))


def test_list_of_those_that_were_not_accepted(held: HeldSlice, admin: User, client_of: ClientOf) -> None:
    HeldSlice.objects.update(state=HeldState.REJECTED, decided_by=admin, decided_at=timezone.now())
    client = client_of(admin)
    assert "No day is held" in _text(client.get(PAGE))
    text = _text(client.get(PAGE, {"state": "rejected"}))
    assert "badge-state--danger" in text
    assert ACCEPT not in text


def test_list_as_a_fragment(held: HeldSlice, admin: User, client_of: ClientOf) -> None:
    text = _text(client_of(admin).get(PAGE, headers={"HX-Request": "true"}))
    assert text.startswith('<div id="held-table">')
    assert "<html" not in text


def test_list_reads_no_patient_data(held: HeldSlice, admin: User, client_of: ClientOf) -> None:
    HeldSlice.objects.update(content="canary-of-a-patient")
    client = client_of(admin)
    assert "canary-of-a-patient" not in _text(client.get(PAGE)) + _text(client.get(ACCEPT))


def test_list_queries_do_not_grow(
    held: HeldSlice, admin: User, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(admin)
    with django_assert_num_queries(6):
        client.get(PAGE)
    for part in held.run.center_runs.all()[1:]:
        HeldSlice.objects.create(
            center_id=part.center_id,
            business_date=MONDAY,
            entry_count=0,
            previous_count=25,
            checksum="b" * 64,
            mapping=held.mapping,
            run=held.run,
            extracted_at=held.extracted_at,
        )
    with django_assert_num_queries(6):
        client.get(PAGE)


def test_dashboard_counts_what_waits(held: HeldSlice, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    text = _text(client.get(reverse("dashboard")))
    assert "1 day is held" in text
    assert PAGE in text
    HeldSlice.objects.update(state=HeldState.REJECTED)
    assert "is held" not in _text(client.get(reverse("dashboard")))


@pytest.mark.parametrize("address", [PAGE, ACCEPT, KEEP])
def test_anonymous_is_sent_to_the_sign_in(address: str, held: HeldSlice, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("address", [PAGE, ACCEPT, KEEP])
def test_person_without_a_role_gets_nothing(address: str, held: HeldSlice, nobody: User, client_of: ClientOf) -> None:
    assert client_of(nobody).get(address).status_code == 403


# --- the decision ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (ACCEPT, "The results will show 4 instead of 31 entries for this day."),
        (KEEP, "The results go on showing the 31 entries of this day, and the 4 that came are dropped."),
    ],
)
def test_confirmation_says_what_happens_and_changes_nothing(
    address: str, sentence: str, held: HeldSlice, reviewer: User, client_of: ClientOf
) -> None:
    text = _text(client_of(reviewer).get(address))
    assert sentence in text
    assert held.checksum in text
    assert HeldSlice.objects.get().state == HeldState.WAITING


@pytest.mark.parametrize("address", [ACCEPT, KEEP])
def test_analyst_decides_nothing(address: str, held: HeldSlice, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert client.get(address).status_code == 403
    assert client.post(address, {"checksum": held.checksum}).status_code == 403
    assert HeldSlice.objects.get().state == HeldState.WAITING


@pytest.mark.parametrize(
    "address",
    [
        "/results/held/nothing/2026-11-20/accept/",
        "/results/held/center_01/2026-13-45/accept/",
        "/results/held/center_01/2026-11-20/delete/",
    ],
)
def test_unknown_address_is_not_found(address: str, held: HeldSlice, admin: User, client_of: ClientOf) -> None:
    assert client_of(admin).get(address).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_day_that_is_not_held_any_more_says_so(
    method: str, run: ExtractionRun, admin: User, client_of: ClientOf
) -> None:
    response = getattr(client_of(admin), method)(ACCEPT, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "This day is not held any more." in _text(response)


@pytest.mark.parametrize("checksum", ["b" * 64, ""])
def test_day_that_was_held_anew_is_not_decided(
    checksum: str, held: HeldSlice, admin: User, client_of: ClientOf
) -> None:
    response = client_of(admin).post(ACCEPT, {"checksum": checksum}, follow=True)
    assert response.redirect_chain == [(ACCEPT, 302)]
    assert "This day has changed since you looked at it." in _text(response)
    assert HeldSlice.objects.get().state == HeldState.WAITING


def test_reviewer_keeps_what_is_there(held: HeldSlice, reviewer: User, client_of: ClientOf) -> None:
    response = client_of(reviewer).post(KEEP, {"checksum": held.checksum}, follow=True)
    assert "The earlier entries of center_01 2026-11-20 stay in the results." in _text(response)
    held.refresh_from_db()
    assert (held.state, held.decided_by, held.content) == (HeldState.REJECTED, reviewer, "")
    assert AuditEvent.objects.get(action="slice.rejected").actor == reviewer


# --- from the landing to the decision ----------------------------------------------------------------------------


@pytest.fixture
def shrunk(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> HeldSlice:
    """Friday had 30 entries and then came 10, which are held."""
    task = task_of(run.center_runs.select_related("center")[0])
    for count in (30, 10):
        entries = [entry(text=f"Eintrag {number}", row=str(number)) for number in range(count)]
        assert land([success(task, *entries)], {lease.shard_id: lease}) == set()
    assert ChartEntry.objects.count() == 30
    return HeldSlice.objects.get()


def _post(client: Client, address: str, held: HeldSlice) -> str:
    return _text(client.post(address, {"checksum": held.checksum}, follow=True))


def test_accepted_entries_replace_what_was_there(shrunk: HeldSlice, admin: User, client_of: ClientOf) -> None:
    text = _post(client_of(admin), ACCEPT, shrunk)
    assert "The new entries of center_01 2026-11-20 are in the results now." in text
    assert (ChartEntry.objects.count(), Slice.objects.get(business_date=FRIDAY).entry_count) == (10, 10)
    assert not HeldSlice.objects.exists()
    event = AuditEvent.objects.get(action="slice.accepted")
    assert (event.actor, event.details) == (admin, {"date": "2026-11-20", "entries": 10, "previous": 30})


def test_kept_entries_stay_and_the_same_answer_is_not_held_again(
    shrunk: HeldSlice, run: ExtractionRun, lease: Lease, task_of: TaskOf, reviewer: User, client_of: ClientOf
) -> None:
    client = client_of(reviewer)
    _post(client, KEEP, shrunk)
    task = task_of(run.center_runs.select_related("center")[0])
    entries = [entry(text=f"Eintrag {number}", row=str(number)) for number in range(10)]
    land([success(task, *entries)], {lease.shard_id: lease})
    assert ChartEntry.objects.count() == 30
    assert "No day is held" in _text(client.get(PAGE))


def test_of_two_people_the_second_is_told(shrunk: HeldSlice, admin: User, reviewer: User, client_of: ClientOf) -> None:
    _post(client_of(admin), ACCEPT, shrunk)
    assert "This day is not held any more." in _post(client_of(reviewer), KEEP, shrunk)
    assert ChartEntry.objects.count() == 10


def test_of_two_people_at_the_same_moment_the_second_is_told(
    shrunk: HeldSlice, admin: User, reviewer: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(held: HeldSlice, person: User) -> None:
        reject(held, reviewer)
        accept(held, person)

    monkeypatch.setattr(held_views, "accept", late)
    assert "This day has changed since you looked at it." in _post(client_of(admin), ACCEPT, shrunk)
    assert ChartEntry.objects.count() == 30
    assert not AuditEvent.objects.filter(action="slice.accepted").exists()
