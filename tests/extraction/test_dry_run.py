"""A version that is not approved yet, tried on the practice network over the driver, and its page."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from centers.models import Center
from dentalhub.models import AuditEvent
from extraction import dry_run
from extraction.adapters.ivoris import IvorisAdapter
from extraction.dry_run import FIRST_DAYS, try_on_source
from mappings.document import MappingDocument, TableMapping, content_hash, to_document
from mappings.enums import DryRunOutcome, MappingStatus
from mappings.models import Mapping
from mappings.review_models import DryRun
from tests.conftest import LAST_DAY, PracticeServers
from tests.extraction.builders import center_with_mapping
from tests.extraction.practice_network import import_centers, map_by_truth, truth_of

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
QUEUE = {"queue": "state=draft"}
CENTER = "center_01"


@pytest.fixture
def draft(sandbox: PracticeServers, db: None) -> Mapping:
    """The right mapping of the first practice, not approved."""
    found = next(center for center in import_centers(sandbox.centers_yml) if center.center_id == CENTER)
    map_by_truth(found, sandbox.network)
    return reopened(found)


@pytest.fixture
def offline(db: None) -> Mapping:
    """A draft whose source nobody can reach."""
    return reopened(center_with_mapping(1))


@pytest.fixture(autouse=True)
def after_the_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after the practices' last one, whenever the tests run."""
    monkeypatch.setattr(dry_run, "yesterday", lambda: LAST_DAY)


def reopened(center: Center) -> Mapping:
    """The approved version as the draft that it was; the rules would forbid it."""
    found = Mapping.objects.select_related("center__server", "snapshot").get(center=center)
    made = Mapping(**{name: getattr(found, name) for name in ("center", "snapshot", "content", "content_hash")})
    made.version = 2
    Mapping.objects.bulk_create([made])
    return Mapping.objects.select_related("center__server", "snapshot").get(center=center, version=2)


def changed(mapping: Mapping, document: MappingDocument) -> Mapping:
    """`mapping` with another content."""
    mapping.content, mapping.content_hash = to_document(document), content_hash(document)
    mapping.save()
    return mapping


def with_table(document: MappingDocument, table: TableMapping) -> MappingDocument:
    return replace(document, tables=tuple(table if item.name == table.name else item for item in document.tables))


def address(mapping: Mapping) -> str:
    return f"/dry-runs/{mapping.center.center_id}/{mapping.version}/"


def test_right_mapping_passes_with_the_counts_of_the_truth(
    draft: Mapping, reviewer: User, sandbox: PracticeServers
) -> None:
    tried = try_on_source(draft, reviewer)
    entries = truth_of(sandbox.network, CENTER)["entries"]
    day = max(day for day, rows in entries.items() if rows)
    insured = sum(entry["insurance_name"] != "" for entry in entries[day])
    found = DryRun.objects.get()
    assert (found.outcome, found.error_message) == (DryRunOutcome.PASSED, "")
    assert (found.day, found.entries) == (dt.date.fromisoformat(day), len(entries[day]))
    assert found.insured >= insured > 0
    assert found.services >= found.services_known > 0
    assert len(tried.samples) == min(5, found.entries)
    assert "INFORMATION_SCHEMA" in tried.sql
    event = AuditEvent.objects.get(action="mapping.tried")
    assert (event.details["outcome"], event.details["entries"]) == ("passed", found.entries)


def test_nothing_of_a_patient_is_kept_or_shown(
    draft: Mapping, reviewer: User, sandbox: PracticeServers, client_of: ClientOf
) -> None:
    page = client_of(reviewer).post(address(draft)).content.decode()
    found = DryRun.objects.get()
    entries = truth_of(sandbox.network, CENTER)["entries"][f"{found.day}"]
    texts = {entry["chart_entry"] for entry in entries if len(entry["chart_entry"]) > 4}
    assert texts
    assert not [text for text in texts if text in page]


def test_days_before_the_last_week_are_read_only_when_it_is_empty(
    draft: Mapping, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "yesterday", lambda: LAST_DAY + dt.timedelta(days=FIRST_DAYS + 1))
    assert try_on_source(draft, reviewer).found.outcome == DryRunOutcome.PASSED


def test_source_without_recent_entries_is_empty(
    draft: Mapping, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "yesterday", lambda: LAST_DAY + dt.timedelta(days=400))
    found = try_on_source(draft, reviewer).found
    assert (found.outcome, found.day, found.entries) == (DryRunOutcome.EMPTY, None, 0)


def test_wrong_join_fails(draft: Mapping, reviewer: User) -> None:
    document = draft.document()
    links = document.table("PATKASSE")
    swapped = {"PATNR": links.column("ID"), "ID": links.column("PATNR"), "KASSENID": links.column("DELKZ")}
    fields = tuple(replace(item, column=swapped.get(item.name, item.column)) for item in links.fields)
    wrong = with_table(document, replace(links, fields=fields, delete_flag=None))
    wrong = with_table(wrong, replace(wrong.table("PATKASSE"), fields=tuple(f for f in fields if f.name != "DELKZ")))
    found = try_on_source(changed(draft, wrong), reviewer).found
    assert (found.outcome, found.insured) == (DryRunOutcome.FAILED, 0)
    assert found.entries > 0


def test_missing_chart_table_fails_in_words(draft: Mapping, reviewer: User) -> None:
    found = try_on_source(changed(draft, with_table(draft.document(), TableMapping("KARTEI"))), reviewer).found
    assert (found.outcome, found.error_kind) == (DryRunOutcome.FAILED, "table_missing")
    assert "KARTEI" in found.error_message


def test_source_that_cannot_be_reached_is_no_failure(offline: Mapping, reviewer: User) -> None:
    found = try_on_source(offline, reviewer).found
    assert found.outcome == DryRunOutcome.UNREACHABLE
    assert found.error_message


def test_adapter_that_cannot_show_rows(offline: Mapping, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(IvorisAdapter, "rehearse")
    assert try_on_source(offline, reviewer).found.outcome == DryRunOutcome.UNREACHABLE


def test_unexpected_value_names_no_value(offline: Mapping, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_options: object) -> None:
        raise ValueError("Müller")

    monkeypatch.setattr(IvorisAdapter, "rehearse", fails)
    found = try_on_source(offline, reviewer).found
    assert (found.outcome, "Müller" in found.error_message) == (DryRunOutcome.FAILED, False)


def test_page_asks_first_and_tries_on_the_button(offline: Mapping, reviewer: User, client_of: ClientOf) -> None:
    browser = client_of(reviewer)
    page = browser.get(address(offline)).content.decode()
    assert "This content was not tried on the source yet." in page
    assert not DryRun.objects.exists()
    for answer in (browser.post(address(offline)), browser.get(address(offline))):
        tried = answer.content.decode()
        assert "The source could not be tried" in tried
        # Nothing was counted.
        assert "Undated" not in tried


def test_queue_travels_along(offline: Mapping, reviewer: User, client_of: ClientOf) -> None:
    browser = client_of(reviewer)
    for answer in (browser.get(f"{address(offline)}?queue=state%3Ddraft"), browser.post(address(offline), QUEUE)):
        page = answer.content.decode()
        assert f'href="{offline.get_absolute_url()}?queue=state%3Ddraft#decision"' in page
        assert '<input type="hidden" name="queue" value="state=draft">' in page


def test_htmx_gets_the_part_only(offline: Mapping, admin: User, client_of: ClientOf) -> None:
    browser = client_of(admin)
    for response in (browser.get(address(offline), headers=HTMX), browser.post(address(offline), headers=HTMX)):
        assert "<html" not in response.content.decode()
        assert 'id="dry-run"' in response.content.decode()


def test_review_page_loads_it_and_links_it(offline: Mapping, reviewer: User, client_of: ClientOf) -> None:
    page = client_of(reviewer).get(f"/mappings/{CENTER}/2/").content.decode()
    assert f'hx-get="{address(offline)}"' in page
    assert re.search(rf'<a [^>]*href="{address(offline)}">', page)


def test_decided_version_is_not_tried(offline: Mapping, reviewer: User, client_of: ClientOf) -> None:
    Mapping.objects.filter(pk=offline.pk).update(status=MappingStatus.REJECTED)
    assert client_of(reviewer).post(address(offline)).status_code == 409
    assert not DryRun.objects.exists()


def test_anonymous_is_led_to_the_login(offline: Mapping, client: Client) -> None:
    assert client.get(address(offline)).status_code == 302


def test_analyst_is_refused(offline: Mapping, analyst: User, client_of: ClientOf) -> None:
    browser = client_of(analyst)
    assert [browser.get(address(offline)).status_code, browser.post(address(offline)).status_code] == [403, 403]


@pytest.mark.parametrize("path", ["/dry-runs/center_01/9/", "/dry-runs/center_99/1/"])
def test_unknown_version_is_not_found(path: str, offline: Mapping, reviewer: User, client_of: ClientOf) -> None:
    assert client_of(reviewer).get(path).status_code == 404


def test_page_takes_few_queries(
    offline: Mapping, reviewer: User, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = client_of(reviewer)
    # session, person with roles, regions, version, the newest dry run
    with django_assert_num_queries(5):
        browser.get(address(offline), headers=HTMX)
