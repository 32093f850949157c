"""People who see one region of two: runs, entries, exports, and what is made for them in the background."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.models import Center, DatabaseServer, Region
from centers.scope import EVERYTHING, Scope
from extraction.completeness import last_days
from extraction.entry_filter import EntryFilter
from extraction.entry_scope import limited, names_hidden
from extraction.enums import ExportDays, RunState
from extraction.export_downloads import may_download
from extraction.export_filters import from_text, to_text
from extraction.export_formats import ExportFormat
from extraction.export_jobs import request_export, write
from extraction.export_ledger import visible_to
from extraction.export_streams import stream
from extraction.models import CenterRun, Export, ExtractionRun, SavedExport
from extraction.saved_exports import request_now
from tests.extraction.builders import FRIDAY, center_with_mapping, entry
from tests.extraction.landed_entries import land_entries
from tests.scopes import sees

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def files(tmp_path: Path, settings: object) -> None:
    settings.EXPORT_STORAGE = str(tmp_path / "files")  # type: ignore[attr-defined]


@pytest.fixture
def own() -> Center:
    """A center of Germany, with one entry on Friday."""
    found = center_with_mapping(1)
    land_entries(found, FRIDAY, entry("7", "Eigen"))
    return found


@pytest.fixture
def other() -> Center:
    """A center of Austria, with two."""
    found = center_with_mapping(2)
    austria = Region.objects.create(code="austria", name="Austria")
    values = {"region": austria, "host": "localhost", "user": "svc", "credential": "env:IVORIS_PASSWORD"}
    found.server = DatabaseServer.objects.create(code="vienna", **values)
    found.save()
    land_entries(found, FRIDAY, entry("7", "Fremd"), entry("8", "Fremd", row="2"))
    return found


@pytest.fixture
def shared(own: Center, other: Center) -> ExtractionRun:
    """A run that read both: the own center succeeded, the other one failed."""
    run = ExtractionRun.objects.get()
    CenterRun.objects.create(run=run, center=own, state=RunState.SUCCEEDED, entry_count=1)
    CenterRun.objects.create(run=run, center=other, state=RunState.FAILED, entry_count=2, error_message="Vienna")
    return run


@pytest.fixture
def german(analyst: User, own: Center, other: Center) -> User:
    """An analyst of Germany."""
    return sees(analyst, own.server.region)


def test_run_of_two_regions_is_shown_with_the_own_centers(
    shared: ExtractionRun, german: User, client_of: ClientOf
) -> None:
    client = client_of(german)
    page = client.get(f"/runs/{shared.pk}/")
    assert [part.center.center_id for part, _changes in page.context["parts"]] == ["center_01"]
    assert (page.context["counts"].all, page.context["counts"].entries) == (1, 1)
    (listed,) = client.get("/runs/").context["runs"]
    assert (listed.center_count, listed.succeeded_count, listed.failed_count) == (1, 1, 0)


@pytest.mark.parametrize("step", ["cancel", "resume"])
def test_run_of_two_regions_is_not_changed_by_who_sees_one(
    shared: ExtractionRun, german: User, client_of: ClientOf, step: str
) -> None:
    assert client_of(german).post(f"/runs/{shared.pk}/{step}/").status_code == 403


def test_run_of_another_region_is_not_there(
    shared: ExtractionRun, german: User, client_of: ClientOf, own: Center
) -> None:
    CenterRun.objects.filter(center=own).delete()
    assert client_of(german).get(f"/runs/{shared.pk}/").status_code == 404


def test_totals_of_days_are_those_of_the_own_region(german: User, own: Center) -> None:
    scope = Scope(all_regions=False, region_ids=frozenset({own.server.region_id}))
    assert [(day.centers, day.entries) for day in last_days(5, scope)] == [(1, 1)]
    assert [(day.centers, day.entries) for day in last_days(5, EVERYTHING)] == [(2, 3)]


def test_download_holds_the_own_region(german: User) -> None:
    text = b"".join(stream(EntryFilter(), ExportFormat.CSV, german)).decode()
    assert ("Eigen" in text, "Fremd" in text) == (True, False)
    assert [region.code for region in Export.objects.get().regions.all()] == ["germany"]


def test_filter_of_nobodys_regions_stays_nobodys_when_it_is_stored() -> None:
    nothing = limited(EntryFilter(), Scope(all_regions=False))
    assert nothing.within == ()
    assert from_text(to_text(nothing)) == nothing
    assert limited(EntryFilter(within=(1, 2)), Scope(all_regions=False, region_ids=frozenset({2, 3}))).within == (2,)


def test_hidden_names_are_noticed(german: User, own: Center) -> None:
    scope = Scope(all_regions=False, region_ids=frozenset({own.server.region_id}))
    assert not names_hidden(EntryFilter(center_ids=("center_01",), regions=("germany",)), scope)
    assert names_hidden(EntryFilter(center_ids=("center_01", "center_02")), scope)
    assert names_hidden(EntryFilter(regions=("austria",)), scope)


def test_job_asks_again_what_its_person_sees(files: None, german: User, other: Center) -> None:
    export = request_export(EntryFilter(), ExportFormat.CSV, german).export
    sees(german, other.server.region)
    assert write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.error, export.row_count) == ("failed", "OwnerMayNotExport", 0)


def test_file_is_refused_once_its_person_sees_less(files: None, german: User, own: Center, other: Center) -> None:
    export = request_export(EntryFilter(), ExportFormat.CSV, german).export
    assert write(export.pk)
    export.refresh_from_db()
    assert may_download(export, german)
    sees(german, other.server.region)
    assert not may_download(export, german)


def test_admin_sees_exports_of_the_own_region_only(
    files: None, german: User, admin: User, own: Center, other: Center
) -> None:
    everything = request_export(EntryFilter(), ExportFormat.CSV, admin).export
    small = request_export(EntryFilter(), ExportFormat.CSV, german).export
    assert set(visible_to(admin)) == {everything, small}
    chief = User.objects.create_user("chief")
    chief.groups.set(admin.groups.all())
    assert set(visible_to(sees(chief, own.server.region))) == {small}
    assert set(visible_to(sees(chief, other.server.region))) == set()


def test_saved_export_is_limited_anew_each_time(german: User, own: Center, other: Center) -> None:
    saved = SavedExport.objects.create(
        name="Daily", owner=german, format="csv", days=ExportDays.YESTERDAY, changed_at="2026-11-01T00:00:00Z"
    )
    assert from_text(request_now(saved, "a").export.wanted).within == (own.server.region_id,)
    sees(german, other.server.region)
    saved = SavedExport.objects.get()
    assert from_text(request_now(saved, "b").export.wanted).within == (other.server.region_id,)
    sees(german)
    refused = request_now(SavedExport.objects.get(), "c").export
    assert Export.objects.get(pk=refused.pk).error == "OwnerMayNotExport"
