"""Saved exports: which days, when they are due, and their pages."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries

from centers.models import Center, Region
from dentalhub.models import AuditEvent
from extraction import tasks
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportDays
from extraction.export_days import days_of
from extraction.export_filters import from_text, to_text
from extraction.models import Export, SavedExport
from extraction.reveal_reasons import Why
from extraction.saved_exports import request_due_exports
from tests.extraction.builders import FRIDAY, entry
from tests.extraction.landed_entries import land_entries
from tests.scopes import sees_all_regions

ClientOf = Callable[[User], Client]
LIST, NEW = reverse("extraction:saved_export_list"), reverse("extraction:saved_export_create")
SATURDAY = FRIDAY + dt.timedelta(days=1)


def _at(hour: int, minute: int = 0, day: dt.date = SATURDAY) -> dt.datetime:
    """A moment by the UTC clock; Berlin is an hour ahead."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=dt.UTC)


@pytest.fixture
def landed(centers: list[Center], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Center]:
    """An entry in each center on Friday."""
    monkeypatch.setattr(settings, "EXPORT_STORAGE", str(tmp_path / "files"))
    for center in centers:
        land_entries(center, FRIDAY, entry())
    return centers


@pytest.fixture
def daily(landed: list[Center], analyst: User) -> SavedExport:
    """Yesterday of one center, every day at 6 in Berlin, since long ago."""
    return SavedExport.objects.create(
        name="Täglich für Abrechnung",
        owner=analyst,
        wanted=to_text(EntryFilter(center_ids=("center_02",))),
        format="csv",
        is_active=True,
        changed_at=_at(0, day=dt.date(2026, 1, 1)),
    )


def _form(**changes: Any) -> dict[str, Any]:
    return {"name": "Neu", "days": "last_7_days", "format": "xlsx", "starts_at": "07:30", "region": "germany"} | changes


def _page(saved: SavedExport, name: str) -> str:
    return reverse(f"extraction:saved_export_{name}", args=[saved.pk])


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.mark.parametrize(
    ("which", "today", "first", "last"),
    [
        (ExportDays.YESTERDAY, (2026, 3, 1), (2026, 2, 28), (2026, 2, 28)),
        (ExportDays.YESTERDAY, (2028, 3, 1), (2028, 2, 29), (2028, 2, 29)),
        (ExportDays.LAST_7_DAYS, (2026, 1, 3), (2025, 12, 27), (2026, 1, 2)),
        (ExportDays.LAST_MONTH, (2026, 1, 31), (2025, 12, 1), (2025, 12, 31)),
        (ExportDays.LAST_MONTH, (2028, 3, 31), (2028, 2, 1), (2028, 2, 29)),
        (ExportDays.LAST_MONTH, (2026, 12, 1), (2026, 11, 1), (2026, 11, 30)),
    ],
)
def test_days(which: ExportDays, today: Any, first: Any, last: Any) -> None:
    assert days_of(which, dt.date(*today)) == (dt.date(*first), dt.date(*last))


def test_due_export_is_made_once(daily: SavedExport) -> None:
    (export,) = request_due_exports(_at(5))
    assert request_due_exports(_at(5)) == []
    assert request_due_exports(_at(22)) == []
    assert tasks.write_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.channel, export.row_count, export.saved) == ("complete", "saved", 1, daily)
    assert from_text(export.wanted) == EntryFilter(FRIDAY, FRIDAY, ("center_02",))
    assert export.target == "taglich-fur-abrechnung_2026-11-20.csv"


def test_next_day_is_due_again(daily: SavedExport) -> None:
    assert len(request_due_exports(_at(4, 59))) == 1
    assert len(request_due_exports(_at(5))) == 1
    assert len(request_due_exports(_at(5, day=SATURDAY + dt.timedelta(days=1)))) == 1
    assert [from_text(export.wanted).date_to for export in Export.objects.order_by("pk")] == [
        FRIDAY - dt.timedelta(days=1),
        FRIDAY,
        SATURDAY,
    ]


def test_clocks_of_the_region_count(daily: SavedExport) -> None:
    daily.clock = Region.objects.create(code="lisbon", name="Lisbon", time_zone="Europe/Lisbon")
    daily.changed_at = _at(5)
    daily.save()
    assert request_due_exports(_at(5, 59)) == []
    assert len(request_due_exports(_at(6))) == 1


def test_nothing_is_due_from_before_it_was_saved(daily: SavedExport) -> None:
    SavedExport.objects.update(changed_at=_at(5, 1))
    assert request_due_exports(_at(23)) == []
    assert len(request_due_exports(_at(5, day=SATURDAY + dt.timedelta(days=1)))) == 1


def test_what_is_made_by_hand_is_never_due(daily: SavedExport) -> None:
    SavedExport.objects.update(is_active=False)
    assert request_due_exports(_at(23)) == []


@pytest.mark.parametrize("loss", ["role", "account"])
def test_owner_who_may_no_longer_export(loss: str, daily: SavedExport, analyst: User) -> None:
    if loss == "role":
        analyst.groups.clear()
    else:
        User.objects.update(is_active=False)
    assert request_due_exports(_at(5)) == []
    assert request_due_exports(_at(6)) == []
    export = Export.objects.get()
    assert (export.state, export.error) == ("failed", "OwnerMayNotExport")


def test_one_that_is_broken_does_not_keep_the_others(daily: SavedExport, analyst: User) -> None:
    SavedExport.objects.create(
        name="A broken one", owner=analyst, wanted="{", format="csv", is_active=True, changed_at=daily.changed_at
    )
    assert len(request_due_exports(_at(5))) == 1


def test_tick_makes_what_is_due(daily: SavedExport) -> None:
    assert tasks.make_due_exports() == [Export.objects.get().pk]
    assert OrmQ.objects.count() == 1


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [LIST, NEW, "/results/exports/saved/1/"])
def test_anonymous_and_reviewers_see_nothing(address: str, client: Client, reviewer: User, client_of: ClientOf) -> None:
    assert client.get(address).status_code == 302
    assert client_of(reviewer).get(address).status_code == 403


@pytest.mark.parametrize("name", ["update", "run", "delete"])
def test_unknown_and_other_peoples(name: str, daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    other = User.objects.create_user("other")
    other.groups.add(Group.objects.get(name="analyst"))
    sees_all_regions(other)
    assert client_of(other).post(_page(daily, name), _form()).status_code == 404
    assert client_of(analyst).post(reverse(f"extraction:saved_export_{name}", args=[99])).status_code == 404


@pytest.mark.parametrize("name", ["run", "delete"])
def test_wrong_method(name: str, daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    assert client_of(analyst).get(_page(daily, name)).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries(
    count: int,
    daily: SavedExport,
    analyst: User,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(1, count):
        SavedExport.objects.create(name=f"Copy {number}", owner=analyst, format="csv", changed_at=daily.changed_at)
    client = client_of(analyst)
    # Session, person with roles, rows.
    with django_assert_num_queries(4):
        response = client.get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in _text(response)
    assert len(response.context["saved_exports"]) == count


def test_new_one(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert 'name="destination"' not in _text(client.get(NEW))
    assert client.post(NEW, _form(is_active="on", clock="germany", destination="/srv", folder="x")).status_code == 302
    saved = SavedExport.objects.get()
    assert (saved.name, saved.owner, saved.days, saved.format) == ("Neu", analyst, "last_7_days", "xlsx")
    assert (saved.is_active, saved.starts_at, saved.destination, saved.folder) == (True, dt.time(7, 30), "", "")
    assert from_text(saved.wanted) == EntryFilter(regions=("germany",))
    assert AuditEvent.objects.get(action="saved_export.changed").actor == analyst


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "Täglich für Abrechnung"}, {"days": "tomorrow"}, {"format": "exe"}, {"starts_at": "25:00"}],
)
def test_bad_input(changes: dict[str, str], daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    assert client_of(analyst).post(NEW, _form(**changes)).status_code == 422
    assert SavedExport.objects.count() == 1


def test_admin_chooses_a_destination_of_the_operators(
    daily: SavedExport, admin: User, analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EXPORT_DESTINATIONS", ["/srv/exports"])
    client = client_of(admin)
    for changes in (
        {"destination": "/etc"},
        {"destination": "https://example.org/"},
        *({"destination": "/srv/exports", "folder": folder} for folder in ("../x", ".hidden", "a//b", "a b", "~")),
        {"folder": "x"},
    ):
        assert client.post(_page(daily, "update"), _form(**changes)).status_code == 422, changes
    assert (
        client.post(_page(daily, "update"), _form(destination="/srv/exports", folder="/billing/daily/")).status_code
        == 302
    )
    daily.refresh_from_db()
    assert (daily.destination, daily.folder, daily.owner) == ("/srv/exports", "billing/daily", analyst)
    # What goes out is no longer the analyst's to change.
    assert client_of(analyst).post(_page(daily, "update"), _form()).status_code == 403
    assert client_of(analyst).post(_page(daily, "delete")).status_code == 403


def test_form_shows_what_is_saved(daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    form = client_of(analyst).get(_page(daily, "update")).context["form"]
    assert (form["center"].value(), form["starts_at"].value(), form["name"].value()) == (
        "center_02",
        dt.time(6, 0),
        daily.name,
    )


def test_delete_keeps_the_ledger(daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    (export,) = request_due_exports(_at(5))
    assert client_of(analyst).post(_page(daily, "delete")).status_code == 302
    assert SavedExport.objects.count() == 0
    assert Export.objects.get() == export
    assert AuditEvent.objects.filter(action="saved_export.deleted").count() == 1


def test_made_now_and_once(daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    addresses = {client.post(_page(daily, "run"), {"request_key": "k"}).headers["Location"] for _click in range(2)}
    assert addresses == {Export.objects.get().get_absolute_url()}


# --- why they have patient ids -----------------------------------------------------------------------------------


@pytest.mark.parametrize("why", [None, Why("billing", "Q3"), Why("")])
def test_each_file_has_the_reason_of_its_saved_export(why: Why | None, daily: SavedExport) -> None:
    daily.shows_patients, daily.reason, daily.note = why is not None, why.reason if why else "", why.note if why else ""
    daily.save()
    (export,) = request_due_exports(_at(5))
    assert export.why == why
    event = AuditEvent.objects.get(action="entries.exported")
    assert (event.details["patient_ids"], event.details["reason"]) == (why is not None, daily.reason)


def test_new_one_with_a_reason(landed: list[Center], analyst: User, client_of: ClientOf) -> None:
    client = client_of(analyst)
    assert client.post(NEW, _form(reason="other")).status_code == 422
    assert client.post(NEW, _form(reason="other", note="the tax office")).status_code == 302
    saved = SavedExport.objects.get()
    assert saved.why == Why("other", "the tax office")
    assert AuditEvent.objects.get(action="saved_export.changed").details["changes"]["reason"] == [None, "other"]
    assert "the tax office" in _text(client.get(LIST))
    assert client.post(_page(saved, "update"), _form()).status_code == 302
    assert SavedExport.objects.get().why is None


def test_one_from_before_reasons_needs_an_answer(daily: SavedExport, analyst: User, client_of: ClientOf) -> None:
    SavedExport.objects.update(shows_patients=True)
    client = client_of(analyst)
    assert "before reasons were asked for" in _text(client.get(LIST))
    assert "before reasons were asked for" in _text(client.get(_page(daily, "update")))
    assert client.post(_page(daily, "update"), _form()).status_code == 422
    assert client.post(_page(daily, "update"), _form(reason="billing")).status_code == 302
    assert SavedExport.objects.get().why == Why("billing")
    SavedExport.objects.update(reason="")
    assert client.post(_page(daily, "update"), _form(reason="pseudonyms")).status_code == 302
    assert SavedExport.objects.get().why is None


def test_reason_stays_where_its_owner_is_not_asked(
    daily: SavedExport, analyst: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    SavedExport.objects.update(shows_patients=True, reason="billing")
    monkeypatch.setattr(settings, "REVEAL_ROLES", ["admin"])
    assert client_of(analyst).post(_page(daily, "update"), _form(reason="quality")).status_code == 302
    assert SavedExport.objects.get().why == Why("billing")
    asked = client_of(analyst).post(_page(daily, "run"), {"request_key": "k"})
    assert asked.headers["Location"] == Export.objects.get().get_absolute_url()
    assert Export.objects.get().why is None
