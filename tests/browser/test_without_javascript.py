"""Reviewing, running and downloading with JavaScript switched off: links and forms must be enough."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.entry_csv import download_csv, expected_rows, truth_of
from tests.browser.screen_centers import BY_FORM as CENTER
from tests.browser.screen_centers import DAY, centers_file

pytestmark = pytest.mark.browser
MOST_RELOADS = 60
PAUSE_MS = 500


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no script."""
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        yield context.new_page()


@pytest.fixture
def drafted(installation: Installation, tmp_path: Path) -> dict[str, Any]:
    """The ground truth of a center, and its file."""
    centers_file(installation, tmp_path / "centers.yml", [CENTER])
    return truth_of(installation.network, CENTER)


def test_from_a_file_to_a_csv_by_links_and_forms(
    plain_page: Page, installation: Installation, drafted: dict[str, Any], tmp_path: Path
) -> None:
    import_and_test(plain_page, installation, tmp_path / "centers.yml")
    discover_and_propose(plain_page)
    find_draft(plain_page, installation, drafted)
    change_field_and_submit(plain_page, drafted)
    approve_as_second_reviewer(plain_page, installation)
    start_run(plain_page, installation)
    reload_until_finished(plain_page)
    filter_results(plain_page)
    assert download_csv(plain_page, tmp_path) == expected_rows(drafted, DAY, DAY)


def import_and_test(page: Page, installation: Installation, file: Path) -> None:
    sign_in(page, installation, "admin")
    page.get_by_role("link", name="Centers", exact=True).click()
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("or its text").fill(file.read_text(encoding="utf-8"))
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import", exact=True).click()
    page.goto(f"{installation.url}/centers/id/{CENTER}/")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("The connection works.")).to_be_visible()


def discover_and_propose(page: Page) -> None:
    page.get_by_role("link", name="Mapping", exact=True).click()
    page.get_by_role("button", name="Discover").click()
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("draft").first).to_be_visible()


def find_draft(page: Page, installation: Installation, truth: dict[str, Any]) -> None:
    sign_in(page, installation, "reviewer")
    page.get_by_role("link", name="Mappings", exact=True).click()
    page.get_by_label("Search").fill(truth["name"])
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#mapping-table tbody tr")).to_have_count(1)
    page.get_by_role("row", name=CENTER).get_by_role("link", name="Version 1").click()


def change_field_and_submit(page: Page, truth: dict[str, Any]) -> None:
    """Take the chart text away and give it back: both are saved by the button."""
    field = page.get_by_label("Physical column of KARTEI.BEMERKUNG")
    right = truth["mapping"]["KARTEI"]["columns"]["BEMERKUNG"]
    for value in ("", right):
        field.select_option(value=value)
        with page.expect_navigation():
            page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        expect(field).to_have_value(value)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("waits for a reviewer")


def approve_as_second_reviewer(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "reviewer2")
    page.get_by_role("link", name="Mappings", exact=True).click()
    page.get_by_role("row", name=CENTER).get_by_role("link", name="Version 1").click()
    page.get_by_label("I have looked at all fields.").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("is approved")


def start_run(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "analyst")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("link", name="Start a run").first.click()
    page.get_by_label("From", exact=True).fill(DAY)
    page.get_by_label("To", exact=True).fill(DAY)
    page.locator("#id_centers").select_option(value=CENTER)
    page.get_by_role("button", name="Check what would run").click()
    expect(page.locator("#run-plan")).to_contain_text("1 center × 1 day = 1 slice")
    with page.expect_navigation():
        page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("table", name="Each center's part of the run")).to_be_visible()


def reload_until_finished(page: Page) -> None:
    refresh = page.get_by_role("link", name="Refresh")
    for _attempt in range(MOST_RELOADS):
        if not refresh.is_visible():
            break
        page.wait_for_timeout(PAUSE_MS)
        with page.expect_navigation():
            refresh.click()
    expect(page.locator("#run-progress .badge-state").first).to_have_text("succeeded")
    expect(page.get_by_role("row", name=CENTER)).to_contain_text("succeeded")


def filter_results(page: Page) -> None:
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_label("From", exact=True).fill(DAY)
    page.get_by_label("To", exact=True).fill(DAY)
    page.get_by_label("Centers").select_option(value=CENTER)
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("table", name="Chart entries")).to_contain_text(CENTER)
