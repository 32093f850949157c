"""Pages of results: filters, pages, totals, one entry; and no patient in an address, an event or a log."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction.entry_searches import MOST_KEPT, forget_ended_sessions
from extraction.models import Slice
from extraction.pseudonyms import pseudonym_of
from tests.extraction.builders import FRIDAY, MONDAY, center, entry
from tests.extraction.landed_entries import land_entries

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
LIST = reverse("extraction:entry_list")
REVEAL = reverse("extraction:entry_reveal")
WHY = {"reason": "billing"}
FIGURES = reverse("extraction:entry_figures")
EXPORT = reverse("extraction:entry_export")
ENTRY = reverse("extraction:entry_detail", args=["center_01", FRIDAY, 1])
SQL = reverse("extraction:slice_sql", args=["center_01", FRIDAY])
# Patient values that must be in no address, event or log.
PATIENT, NAME = "47110815", "Kanarienvogel"


@pytest.fixture
def places(db: None) -> list[Center]:
    """Three centers: two entries of the first on Friday, one of the second on Monday."""
    places = [center(number) for number in (1, 2, 3)]
    canary = entry(PATIENT, f"Füllung <b> {NAME}", codes=("2060", "Ä1"))
    land_entries(places[0], FRIDAY, canary, entry("4712", "Prophylaxe", row="2"))
    land_entries(places[1], MONDAY, entry("4713", "Füllung", row="3"))
    return places


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def _searched(client: Client, **parts: Any) -> Any:
    """The page that a filled-in filter leads to."""
    return client.post(LIST, parts, follow=True)


def _shown(response: Any) -> list[tuple[str, int]]:
    return [(seen.row.center.center_id, seen.row.position) for seen in response.context["entries"]]


# --- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("address", [LIST, REVEAL, FIGURES, EXPORT, ENTRY])
def test_reviewers_and_strangers_see_no_patients(
    address: str, reviewer: User, client: Client, client_of: ClientOf
) -> None:
    for method in ("get", "post"):
        expected = {403, 405}
        assert getattr(client_of(reviewer), method)(address).status_code in expected
        assert getattr(client, method)(address).status_code in {302, 405}


@pytest.mark.usefixtures("places")
def test_wrong_methods_are_refused(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert client.get(REVEAL).status_code == 405
    for address in (FIGURES, SQL):
        assert client.post(address).status_code == 405
    for address in (LIST, ENTRY):
        assert client.delete(address).status_code == 405


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("address", [LIST, FIGURES, ENTRY, SQL])
def test_every_page_has_a_face_without_htmx(address: str, admin: User, client_of: ClientOf) -> None:
    response = client_of(admin).get(address)
    assert response.status_code == 200
    assert "<html" in _text(response)
    assert "no-store" in response.headers["Cache-Control"]


# --- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
def test_results_show_the_last_day_at_first(analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).get(LIST)
    assert response.context["count"] == 2
    assert "Füllung &lt;b&gt;" in _text(response)


def test_results_skip_empty_days_at_first(places: list[Center], analyst: User, client_of: ClientOf) -> None:
    land_entries(places[0], FRIDAY + dt.timedelta(days=2))
    assert Slice.objects.count() == 3
    assert client_of(analyst).get(LIST).context["form"].data["date_from"] == FRIDAY.isoformat()


def test_results_of_nothing_say_the_next_step(admin: User, client_of: ClientOf) -> None:
    assert "Start a run" in _text(client_of(admin).get(LIST))


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, [("center_02", 1), ("center_01", 1), ("center_01", 2)]),
        ({"service_code": "2060"}, [("center_01", 1)]),
        ({"text": "PROPHY"}, [("center_01", 2)]),
        ({"text": "fuellung"}, [("center_02", 1), ("center_01", 1)]),
        ({"center": ["center_03"]}, []),
        ({"center": ["center_02", "center_03"]}, [("center_02", 1)]),
        ({"region": "germany", "date_to": MONDAY.isoformat()}, [("center_02", 1)]),
        ({"status": "PKV"}, []),
        ({"pseudonym": str(pseudonym_of("center_01", "4712"))}, [("center_01", 2)]),
        ({"pseudonym": pseudonym_of("center_01", "4712").code, "center": ["center_01"]}, [("center_01", 2)]),
    ],
)
def test_results_narrowed(
    parts: dict[str, Any], expected: list[tuple[str, int]], analyst: User, client_of: ClientOf
) -> None:
    client = client_of(analyst)
    response = _searched(client, **parts)
    assert _shown(response) == expected
    # Reload and a copied link of the same person show the same.
    assert _shown(client.get(response.request["PATH_INFO"], QUERY_STRING=response.request["QUERY_STRING"])) == expected


@pytest.mark.usefixtures("places")
def test_results_fragment(analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).post(LIST, {"text": "prophy"}, headers=HTMX, follow=True)
    assert "<html" not in _text(response)
    assert "Prophylaxe" in _text(response)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    "parts",
    [
        {"date_from": "gestern"},
        {"date_from": FRIDAY.isoformat(), "date_to": MONDAY.isoformat()},
        {"center": ["nowhere"]},
        {"region": "nowhere"},
        {"status": "AOK"},
        {"pseudonym": "ABCDEFGHIJ"},
        {"pseudonym": PATIENT},
    ],
)
def test_bad_filter_is_explained(parts: dict[str, Any], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    for headers in ({}, HTMX):
        response = client.post(LIST, parts, headers=headers)
        assert response.status_code == 422
        assert "correct the filter" in _text(response)
        assert response.context["form"].errors


@pytest.mark.usefixtures("places")
def test_bad_address_is_explained(analyst: User, client_of: ClientOf) -> None:
    client, query = client_of(analyst), {"date_from": "gestern"}
    assert "correct the filter" in _text(client.get(LIST, query))
    assert "correct the filter" in _text(client.get(FIGURES, query))
    # A key that is none is the first page.
    assert len(_shown(client.get(LIST, {"all": "1", "after": "x", "before": "2026-99-99.1.1"}))) == 3


def test_results_page_by_page_and_back(
    places: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extraction.entry_views.ENTRIES_PER_PAGE", 1)
    client = client_of(analyst)
    first = client.get(LIST, {"all": "1"})
    second = client.get(LIST, {"all": "1", "after": str(first.context["page"].next_key)})
    back = client.get(LIST, {"all": "1", "before": str(second.context["page"].previous_key)})
    assert [_shown(response) for response in (first, second, back)] == [
        [("center_02", 1)],
        [("center_01", 1)],
        [("center_02", 1)],
    ]
    assert [response.context["count"] for response in (first, second, back)] == [3, 3, 3]


def test_search_says_how_far_it_came(
    places: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extraction.entry_windows.MOST_SEARCHED", 1)
    client = client_of(analyst)
    first = _searched(client, text="prophy")
    assert (_shown(first), first.context["searched_to"]) == ([], MONDAY)
    for part in ("Nothing found on this page", "Searched as far as", "Search on"):
        assert part in _text(first)
    query = first.context["query"]
    assert "Nothing found yet" in _text(client.get(f"{FIGURES}?{query}"))
    second = client.get(f"{LIST}?{query}&after={first.context['page'].next_key}")
    assert (_shown(second), second.context["searched_to"]) == ([("center_01", 2)], None)
    nothing = _searched(client, text="nowhere").context
    behind = client.get(f"{LIST}?{nothing['query']}&after={nothing['page'].next_key}")
    assert "Nothing found on this page" in _text(behind)


@pytest.mark.usefixtures("places")
def test_long_ranges_have_a_bar_for_each_month(
    places: list[Center], analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extraction.entry_charts.MOST_BARS", 2)
    land_entries(places[0], dt.date(2025, 12, 31), entry())
    chart = client_of(analyst).get(FIGURES, {"all": "1"}).context["chart"]
    assert [(bar.day, bar.entries, bar.height) for bar in chart.bars] == [
        *((dt.date(2025, 12, 1), 1, 40.0), (dt.date(2026, 11, 1), 3, 120.0)),
    ]


def test_queries_do_not_grow_with_the_rows(
    places: list[Center], analyst: User, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(analyst)
    narrowed = {"status": "GKV", "service_code": "01", "region": "germany"}
    client.get(LIST)
    for rows in (1, 3):
        land_entries(places[2], FRIDAY, *(entry(f"{row}", row=f"{row}") for row in range(rows)))
        # Session, person with roles, regions, the form's choices; then centers, figures, entries, and the number.
        with django_assert_num_queries(9):
            assert len(_shown(client.get(LIST, {"region": "germany", "date_from": FRIDAY.isoformat()}))) == rows + 2
        with django_assert_num_queries(9):
            assert client.get(LIST, narrowed).status_code == 200
        with django_assert_num_queries(7):
            assert client.get(FIGURES, narrowed | {"service_code": ""}, headers=HTMX).status_code == 200


# --- patients ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("address", [LIST, ENTRY])
def test_patient_is_a_pseudonym_until_revealed(address: str, analyst: User, client_of: ClientOf) -> None:
    client, code = client_of(analyst), pseudonym_of("center_01", PATIENT).code
    text = _text(client.get(address))
    assert (PATIENT in text, code in text) == (False, True)
    assert AuditEvent.objects.filter(action="patients.revealed").count() == 0
    assert PATIENT in _text(client.post(REVEAL if address == LIST else ENTRY, WHY))
    (event,) = AuditEvent.objects.filter(action="patients.revealed")
    assert event.actor == analyst
    assert event.details == {
        "reason": "billing",
        "note": "",
        "entries": 2 if address == LIST else 1,
        "patients": 2 if address == LIST else 1,
        "centers": ["center_01"],
        "date_from": FRIDAY.isoformat(),
        "date_to": FRIDAY.isoformat(),
    }


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("why", [{}, {"reason": "x"}, {"reason": "other", "note": " "}])
@pytest.mark.parametrize("address", [REVEAL, ENTRY])
def test_nobody_sees_patient_ids_without_a_reason(
    address: str, why: dict[str, str], analyst: User, client_of: ClientOf
) -> None:
    answer = client_of(analyst).post(address, why)
    assert (answer.status_code, PATIENT in _text(answer)) == (422, False)
    assert not AuditEvent.objects.filter(action="patients.revealed").exists()


@pytest.mark.usefixtures("places")
def test_reveal_shows_the_page_that_was_looked_at(
    analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extraction.entry_views.ENTRIES_PER_PAGE", 1)
    client = client_of(analyst)
    key = client.get(LIST, {"all": "1"}).context["page"].next_key
    second = client.get(LIST, {"all": "1", "after": str(key)})
    address = f"{REVEAL}?{second.context['query']}{second.context['place']}"
    assert f'action="{address.replace("&", "&amp;")}"' in _text(second)
    response = client.post(address, WHY, headers=HTMX)
    assert _shown(response) == _shown(second)
    assert PATIENT in _text(response)
    assert "<html" not in _text(response)


@pytest.mark.usefixtures("places")
def test_role_that_may_not_reveal_sees_no_button(analyst: User, client_of: ClientOf, settings: Settings) -> None:
    settings.REVEAL_ROLES = ["admin"]
    client = client_of(analyst)
    for address, door in ((LIST, REVEAL), (ENTRY, ENTRY)):
        assert "Show the patient id" not in _text(client.get(address))
        assert "Show patient ids" not in _text(client.get(address))
        assert client.post(door).status_code == 403
    assert AuditEvent.objects.filter(action="patients.revealed").count() == 0


@pytest.mark.usefixtures("places")
def test_no_patient_in_addresses_events_and_logs(
    analyst: User, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, pseudonym = client_of(analyst), pseudonym_of("center_01", PATIENT)
    seen = []
    for parts in ({"text": NAME}, {"pseudonym": str(pseudonym)}, {"text": NAME, "center": ["center_01"]}):
        response = _searched(client, **parts)
        assert _shown(response) == [("center_01", 1)]
        address = f"{response.request['PATH_INFO']}?{response.request['QUERY_STRING']}"
        query = response.context["query"]
        client.get(f"{FIGURES}?{query}")
        client.post(f"{REVEAL}?{query}", WHY)
        client.post(EXPORT, parts | {"format": "csv"}).getvalue()
        client.get(f"{LIST}?{query}&after={response.context['page'].next_key}")
        links = [part.split('"')[0] for part in _text(response).split('href="')[1:]]
        links += [part.split('"')[0] for part in _text(response).split('action="')[1:]]
        links += [part.split('"')[0] for part in _text(response).split('hx-get="')[1:]]
        seen += [address, *links]
    seen += [str(details) for details in AuditEvent.objects.values_list("details", flat=True)]
    seen += [record.getMessage() for record in caplog.records]
    hidden = (PATIENT, NAME, NAME.lower(), pseudonym.code)
    assert [text for text in seen if any(part in text for part in hidden)] == []
    assert AuditEvent.objects.count() == 6


@pytest.mark.usefixtures("places")
def test_text_in_an_address_is_refused(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    for query in ({"text": NAME}, {"pseudonym": "x"}, {"search": "guessed"}):
        for address in (LIST, FIGURES):
            response = client.get(address, query)
            assert "not known any more" in _text(response)
            assert "Prophylaxe" not in _text(response)
        assert client.post(f"{REVEAL}?search=guessed").headers["Location"] == LIST


@pytest.mark.usefixtures("places")
def test_handle_serves_its_own_session_only(analyst: User, admin: User, client_of: ClientOf) -> None:
    query = _searched(client_of(analyst), text=NAME).context["query"]
    assert "not known any more" in _text(client_of(admin).get(f"{LIST}?{query}"))


@pytest.mark.usefixtures("places")
def test_same_search_has_one_handle_and_old_ones_are_forgotten(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    first = _searched(client, text=NAME).context["query"]
    assert _searched(client, text=NAME).context["query"] == first
    for number in range(MOST_KEPT):
        assert _searched(client, text=f"{number}").context["query"] != first
    assert "not known any more" in _text(client.get(f"{LIST}?{first}"))


@pytest.mark.usefixtures("places")
def test_sessions_row_does_not_say_what_was_searched_for(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    query = _searched(client, text=NAME, pseudonym="center_01.K7Q2M9XAB3").context["query"]
    stored = json.dumps(Session.objects.get().get_decoded())
    handle = parse_qs(query)["search"][0]
    assert [word in stored for word in (NAME, "K7Q2M9XAB3", handle, "entry_searches")] == [False, False, False, True]


@pytest.mark.usefixtures("places")
def test_ended_sessions_are_deleted_with_their_searches(analyst: User, admin: User, client_of: ClientOf) -> None:
    ended, going_on = client_of(analyst), client_of(admin)
    query = _searched(going_on, text=NAME).context["query"]
    _searched(ended, text=NAME)
    Session.objects.filter(pk=ended.session.session_key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert forget_ended_sessions() == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [going_on.session.session_key]
    assert _shown(going_on.get(f"{LIST}?{query}")) == [("center_01", 1)]


# --- totals --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
def test_totals_of_everything(analyst: User, client_of: ClientOf) -> None:
    response = client_of(analyst).get(FIGURES, {"all": "1"}, headers=HTMX)
    text = _text(response)
    assert "<html" not in text
    assert (response.context["totals"].entries, response.context["totals"].is_complete) == (3, True)
    assert [(share.name, share.entries) for share in response.context["shares"]] == [
        *(("GKV", 3), ("PKV", 0)),
        ("Selbstzahler", 0),
    ]
    assert [(code.name, code.entries) for code in response.context["codes"]] == [("01", 2), ("2060", 1), ("Ä1", 1)]
    assert text.count('<rect class="chart__bar"') == 2 + 3
    assert "style=" not in text


@pytest.mark.usefixtures("places")
def test_totals_of_one_day_draw_no_days(analyst: User, client_of: ClientOf) -> None:
    """One bar as wide as the page would say nothing."""
    day = client_of(analyst).get(FIGURES, {"all": "1"}).context["totals"].days[0].day.isoformat()
    text = _text(client_of(analyst).get(FIGURES, {"date_from": day, "date_to": day}, headers=HTMX))
    assert 'viewBox="0 0 960 120"' not in text
    assert "chart__part" in text


@pytest.mark.usefixtures("places")
def test_numbers_of_a_drawing_have_points_in_german(analyst: User, client_of: ClientOf) -> None:
    text = _text(client_of(analyst).get(FIGURES, {"all": "1"}, headers={"Accept-Language": "de"}))
    assert 'height="60.0"' in text


# --- where it came from --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
def test_entry_leads_to_slice_run_mapping_and_snapshot(admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)
    text = _text(client.get(ENTRY))
    landed = Slice.objects.select_related("run", "mapping__snapshot").get(center__center_id="center_01")
    for address in (
        reverse("extraction:slice_detail", args=["center_01", FRIDAY]),
        landed.run.get_absolute_url(),
        reverse("mappings:mapping_detail", args=["center_01", landed.mapping.version]),
        reverse("mappings:center_mappings", args=["center_01"]),
        SQL,
    ):
        assert f'href="{address}"' in text, address
        assert client.get(address).status_code == 200, address
    assert landed.mapping.snapshot.fingerprint[:12] in text


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("name", ["admin", "reviewer", "analyst"])
def test_sql_has_marks_for_values(name: str, client_of: ClientOf, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(name))
    text = _text(client.get(SQL, headers=HTMX))
    assert "<html" not in text
    assert "FROM [DentalDB_01].[ck].[KARTEI_MN] AS k WHERE k.[DATUM_S] &gt;= ? AND k.[DATUM_S] &lt;= ?" in text
    assert "20261120" not in text


def test_sql_of_a_version_that_names_too_much(places: list[Center], admin: User, client_of: ClientOf) -> None:
    mapping = places[0].mappings.get()
    snapshot = mapping.snapshot
    snapshot.content["tables"] = []
    snapshot.save()
    assert "notice" in _text(client_of(admin).get(SQL, headers=HTMX))


@pytest.mark.usefixtures("places")
def test_unknown_entries_and_days_are_not_found(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    for center_id, day, position in (
        ("nowhere", FRIDAY, 1),
        ("center_01", MONDAY, 1),
        ("center_01", FRIDAY, 3),
        ("center_01", FRIDAY, 2**40),
        ("center_01", FRIDAY, 2**70),
    ):
        assert client.get(reverse("extraction:entry_detail", args=[center_id, day, position])).status_code == 404
    assert client.get(reverse("extraction:slice_sql", args=["center_03", FRIDAY])).status_code == 404
    assert client.get(reverse("extraction:slice_sql", args=["nowhere", FRIDAY])).status_code == 404


# --- downloads -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("places")
def test_export_buttons_send_the_filter_in_the_body(analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    parts = {"center": ["center_01", "center_02"], "text": "prophy", "date_to": FRIDAY.isoformat()}
    text = _text(_searched(client, **parts)).partition(f'action="{EXPORT}"')[2].partition("</form>")[0]
    for name, value in (
        ("center", "center_01"),
        ("center", "center_02"),
        ("text", "prophy"),
        ("date_to", "2026-11-20"),
    ):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text
    response = client.post(EXPORT, parts | {"format": "csv", "reason": "billing"})
    assert isinstance(response, StreamingHttpResponse)
    assert response.getvalue().decode().split("\r\n")[1:] == [
        "center_01,Praxis 1,2026-11-20,4712,GKV,AOK Bayern,Prophylaxe,01",
        "",
    ]
