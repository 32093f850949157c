"""The pages of exports: each climbs the ladder."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction.entry_filter import EntryFilter
from extraction.export_formats import ExportFormat
from extraction.export_jobs import request_export, write
from extraction.models import Export
from extraction.pseudonyms import pseudonym_of
from extraction.reveal_reasons import Why
from tests.extraction.builders import FRIDAY, entry
from tests.extraction.landed_entries import land_entries
from tests.scopes import sees_all_regions

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
NEW, LIST = reverse("extraction:entry_export"), reverse("extraction:export_list")
KEY = "0123456789abcdef" * 2


@pytest.fixture
def landed(centers: list[Center], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Center]:
    """Two entries in each center on Friday."""
    monkeypatch.setattr(settings, "EXPORT_STORAGE", str(tmp_path / "files"))
    for center in centers:
        land_entries(center, FRIDAY, entry("4711", "Füllung"), entry("4712", "Prophylaxe", row="2"))
    return centers


@pytest.fixture
def job(landed: list[Center], analyst: User) -> Export:
    """The analyst's CSV, ready."""
    export = request_export(EntryFilter(FRIDAY, FRIDAY), ExportFormat.CSV, analyst, why=Why("billing", "Q3")).export
    assert write(export.pk)
    export.refresh_from_db()
    return export


def _page(export: Export, name: str = "detail") -> str:
    return reverse(f"extraction:export_{name}", args=[export.pk])


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def _form(**changes: Any) -> dict[str, Any]:
    day = FRIDAY.isoformat()
    return {"date_from": day, "date_to": day, "format": "csv", "request_key": KEY} | changes


# --- the way in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [NEW, LIST, "/results/exports/1/", "/results/exports/1/file/"])
def test_anonymous_is_sent_to_the_sign_in(address: str, client: Client) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"{reverse('login')}?next={address}")


@pytest.mark.parametrize("address", [NEW, LIST, "/results/exports/1/", "/results/exports/1/file/"])
def test_reviewer_takes_nothing_away(address: str, reviewer: User, client_of: ClientOf) -> None:
    assert client_of(reviewer).get(address).status_code == 403
    assert client_of(reviewer).post(NEW, _form()).status_code == 403


@pytest.mark.parametrize("name", ["detail", "cancel", "file"])
def test_unknown_export(name: str, analyst: User, client_of: ClientOf) -> None:
    address = reverse(f"extraction:export_{name}", args=[99])
    client = client_of(analyst)
    assert (client.post(address) if name == "cancel" else client.get(address)).status_code == 404


@pytest.mark.parametrize("name", ["detail", "cancel", "file"])
def test_wrong_method(name: str, job: Export, analyst: User, client_of: ClientOf) -> None:
    client, address = client_of(analyst), _page(job, name)
    assert (client.get(address) if name == "cancel" else client.post(address)).status_code == 405


# --- asking for one ----------------------------------------------------------------------------------------------


def test_page_says_how_many_rows_there_are(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).get(NEW, {"date_from": FRIDAY.isoformat(), "center": "center_02"})
    assert "2 chart entries" in _text(response)
    assert response.context["form"].chosen_format() == ExportFormat.XLSX


def test_count_without_javascript(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(NEW, _form(check="1", text="prophy"))
    assert "3 chart entries" in _text(response)
    assert "What was searched for is not stored" in _text(response)
    assert Export.objects.count() == 0


def test_count_as_fragment(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(NEW, _form(), headers=HTMX)
    assert "<html" not in _text(response)
    assert "6 chart entries" in _text(response)
    assert Export.objects.count() == 0


def test_estimate_of_much_is_an_upper_bound(
    landed: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extraction.export_estimates.MOST_COUNTED", 5)
    text = _text(client_of(analyst).post(NEW, _form(check="1", service_code="99")))
    assert "At most 6 chart entries" in text


@pytest.mark.parametrize("changes", [{"date_from": "gestern"}, {"format": "exe"}, {"center": "x"}, {"format": ""}])
def test_bad_input(changes: dict[str, str], landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert client.post(NEW, _form(**changes)).status_code == 422
    assert "Please correct" in _text(client.post(NEW, _form(**changes), headers=HTMX))
    assert Export.objects.count() == 0


def test_download(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(NEW, _form(text="prophy", center="center_01", reason="billing"))
    assert isinstance(response, StreamingHttpResponse)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="chart_entries_2026-11-20.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.getvalue().decode().split("\r\n")[1:] == [
        "center_01,Praxis 1,2026-11-20,4712,GKV,AOK Bayern,Prophylaxe,01",
        "",
    ]
    response.close()
    export = Export.objects.get()
    assert (export.state, export.why) == ("complete", Why("billing"))


def test_download_without_a_reason_has_pseudonyms(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(NEW, _form(text="prophy", center="center_01", note="no reason"))
    assert isinstance(response, StreamingHttpResponse)
    assert response.getvalue().decode().split(",")[10] == str(pseudonym_of("center_01", "4712"))
    assert Export.objects.get().why is None


@pytest.mark.parametrize("way", [{}, {"background": "1"}])
@pytest.mark.parametrize(
    "changes", [{"reason": "curiosity"}, {"reason": "operation"}, {"reason": "other", "note": " "}]
)
def test_reason_that_is_none(
    changes: dict[str, str], way: dict[str, str], landed: list[Center], analyst: User, client_of: ClientOf
) -> None:
    assert client_of(analyst).post(NEW, _form(**changes, **way)).status_code == 422
    assert Export.objects.count() == 0


def test_fragment_says_what_the_reason_lacks(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    text = _text(client_of(analyst).post(NEW, _form(reason="other"), headers=HTMX))
    assert "Note: Say why in a few words." in text


def test_file_in_the_background_keeps_its_reason(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client_of(analyst).post(NEW, _form(background="1", reason="other", note=" an audit "))
    assert Export.objects.get().why == Why("other", "an audit")


def test_person_who_may_not_see_patients_is_asked_for_no_reason(
    landed: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REVEAL_ROLES", ["admin"])
    client = client_of(analyst)
    assert 'name="reason"' not in _text(client.get(NEW))
    assert client.post(NEW, _form(background="1", reason="billing")).status_code == 302
    assert Export.objects.get().why is None


def test_button_of_the_results_leads_to_the_reason(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert "With patient ids" in _text(client.get(reverse("extraction:entry_list")))
    response = client.post(NEW, {"center": "center_01", "text": "prophy", "check": "1"})
    text = _text(response)
    assert response.status_code == 200
    assert 'name="reason"' in text
    assert 'value="prophy"' in text
    assert "1 chart entry" in text


def test_much_is_made_in_the_background(
    landed: list[Center],
    analyst: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(settings, "EXPORT_BACKGROUND_ROWS", 5)
    with django_capture_on_commit_callbacks(execute=True):
        response = client_of(analyst).post(NEW, _form())
    export = Export.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, _page(export))
    assert (export.state, export.channel) == ("queued", "file")
    assert OrmQ.objects.count() == 1


def test_much_with_a_searched_text_is_downloaded_at_once(
    landed: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EXPORT_BACKGROUND_ROWS", 1)
    assert client_of(analyst).post(NEW, _form(text="prophy")).status_code == 200
    assert Export.objects.get().channel == "download"


def test_searched_text_in_the_background_is_refused(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(NEW, _form(text="prophy", background="1"))
    assert response.status_code == 422
    assert "What was searched for is not stored" in _text(response)


def test_double_click_makes_one_file(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    addresses = {client.post(NEW, _form(background="1")).headers["Location"] for _click in range(2)}
    assert addresses == {_page(Export.objects.get())}


# --- the ledger --------------------------------------------------------------------------------------------------


def test_list_shows_everybody_their_own_and_admins_all(
    job: Export, analyst: User, admin: User, client_of: ClientOf
) -> None:
    other = User.objects.create_user("other")
    other.groups.add(*analyst.groups.all())
    sees_all_regions(other)
    assert [client_of(user).get(LIST).context["page_obj"].paginator.count for user in (analyst, admin, other)] == [
        1,
        1,
        0,
    ]
    assert client_of(other).get(_page(job)).status_code == 404
    assert client_of(admin).get(_page(job)).status_code == 200


@pytest.mark.parametrize(("state", "count"), [("complete", 1), ("failed", 0), ("nonsense", 1)])
def test_list_by_state(state: str, count: int, job: Export, analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).get(LIST, {"state": state}, headers=HTMX)
    assert response.context["page_obj"].paginator.count == count
    assert "<html" not in _text(response)


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries(
    count: int,
    landed: list[Center],
    analyst: User,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(count):
        request_export(EntryFilter(FRIDAY, FRIDAY), ExportFormat.CSV, analyst)
    client = client_of(analyst)
    # Session, person with roles, regions, number of rows, rows, own views.
    with django_assert_num_queries(6):
        assert client.get(LIST).status_code == 200


def test_detail_says_what_left(job: Export, analyst: User, client_of: ClientOf) -> None:
    text = _text(client_of(analyst).get(_page(job)))
    for part in (
        job.sha256,
        "complete",
        "CSV for machines",
        _page(job, "file"),
        "For you only",
        "checking a bill",
        "Q3",
    ):
        assert part in text


def test_detail_as_fragment_stops_asking_at_the_end(job: Export, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    response = client.get(_page(job), headers=HTMX)
    assert response.status_code == 286
    assert "<html" not in _text(response)
    assert "every 2s" not in _text(response)
    Export.objects.update(state="running")
    response = client.get(_page(job), headers=HTMX)
    assert response.status_code == 200
    assert "every 2s" in _text(response)


def test_detail_says_that_nobody_works(job: Export, analyst: User, client_of: ClientOf) -> None:
    Export.objects.update(state="queued", queued_at=timezone.now() - dt.timedelta(minutes=1))
    assert "Waiting for a worker since" in _text(client_of(analyst).get(_page(job)))


def test_detail_of_a_failure_says_the_word(job: Export, analyst: User, client_of: ClientOf) -> None:
    Export.objects.update(state="failed", error="ProcessDied")
    assert "ProcessDied" in _text(client_of(analyst).get(_page(job)))


def test_cancel(job: Export, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert "had ended already" in _text(client.post(_page(job, "cancel"), follow=True))
    Export.objects.update(state="queued")
    assert "ends now" in _text(client.post(_page(job, "cancel"), follow=True))
    assert Export.objects.get().state == "cancelled"
    assert AuditEvent.objects.filter(action="export.cancelled").count() == 1


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "checking a bill"),
        ({"shows_patients": False, "reason": "", "note": ""}, "pseudonyms"),
        ({"reason": "", "note": ""}, "before reasons were asked for"),
    ],
)
def test_ledger_says_why(changes: dict[str, Any], shown: str, job: Export, analyst: User, client_of: ClientOf) -> None:
    Export.objects.update(**changes)
    client = client_of(analyst)
    assert shown in _text(client.get(LIST))
    assert shown in _text(client.get(_page(job)))


# --- the file ----------------------------------------------------------------------------------------------------


def test_file_is_for_its_person(job: Export, analyst: User, admin: User, client_of: ClientOf) -> None:
    response = client_of(analyst).get(_page(job, "file"))
    assert isinstance(response, StreamingHttpResponse)
    assert len(response.getvalue()) == job.byte_count == int(response.headers["Content-Length"])
    assert response.headers["Content-Disposition"] == 'attachment; filename="chart_entries_2026-11-20.csv"'
    assert client_of(admin).get(_page(job, "file")).status_code == 404
    assert Export.objects.get().download_count == 1
    event = AuditEvent.objects.get(action="export.downloaded")
    assert (event.actor, event.details["reason"], event.details["note"]) == (analyst, "billing", "Q3")


def test_file_expires(job: Export, analyst: User, client_of: ClientOf) -> None:
    Export.objects.update(expires_at=timezone.now())
    assert client_of(analyst).get(_page(job, "file")).status_code == 404
    assert _page(job, "file") not in _text(client_of(analyst).get(_page(job)))


def test_file_after_the_right_to_patient_ids_was_lost(
    job: Export, analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REVEAL_ROLES", ["admin"])
    assert client_of(analyst).get(_page(job, "file")).status_code == 404


def test_file_that_is_on_another_machine_is_no_server_error(
    job: Export, analyst: User, client_of: ClientOf, tmp_path: Path
) -> None:
    for file in (tmp_path / "files").iterdir():
        file.unlink()
    response = client_of(analyst).get(_page(job, "file"), follow=True)
    assert "The storage of exports cannot be used: FileNotFoundError" in _text(response)
    assert Export.objects.get().download_count == 0
