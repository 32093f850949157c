"""The whole way of issue and product in a browser: from an empty installation to a CSV that equals the truth."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.entry_csv import download_csv, expected_rows, truth_of
from tests.conftest import LAST_DAY

pytestmark = pytest.mark.browser
CENTER = "center_11"
FIRST_DAY = "2026-11-16"


def test_from_a_new_center_to_its_csv(page: Page, installation: Installation, tmp_path: Path) -> None:
    truth = truth_of(installation.network, CENTER)
    import_servers_and_one_center(installation, tmp_path)
    add_center_by_form(page, installation)
    discover_and_propose(page, installation)
    spoil_one_field(page, truth)
    correct_it_and_be_refused(page, installation, truth)
    approve_as_second_reviewer(page, installation)
    run_and_watch(page, installation)
    page.goto(f"{installation.url}/results/?center={CENTER}&date_from={FIRST_DAY}&date_to={LAST_DAY.isoformat()}")
    assert download_csv(page, tmp_path) == expected_rows(truth, FIRST_DAY, LAST_DAY.isoformat())


def import_servers_and_one_center(installation: Installation, tmp_path: Path) -> None:
    document = yaml.safe_load(installation.centers_yml.read_text(encoding="utf-8"))
    document["centers"] = document["centers"][:1]
    file = tmp_path / "centers.yml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    installation.manage("import_centers", str(file))


def add_center_by_form(page: Page, installation: Installation) -> None:
    found = next(center for center in installation.network.centers if center.center_id == CENTER)
    sign_in(page, installation, "admin")
    page.get_by_role("link", name="Centers", exact=True).click()
    page.get_by_role("link", name="Add a center").click()
    page.get_by_label("Center id").fill(CENTER)
    page.get_by_label("Name").fill(found.name)
    page.get_by_label("City").fill(found.city)
    page.get_by_label("Server").select_option(label=f"{found.server} ({server_address(installation, found.server)})")
    page.get_by_label("Database").fill("DentalDB_wrong")
    page.get_by_role("button", name="Test without saving").click()
    expect(page.get_by_text("DentalDB_wrong").first).to_be_visible()
    page.get_by_label("Database").fill(found.database)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(found.name)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("Ivoris tables")).to_be_visible()


def server_address(installation: Installation, code: str) -> str:
    server = yaml.safe_load(installation.centers_yml.read_text(encoding="utf-8"))["servers"][code]
    return f"{server['host']}:{server['port']}"


def discover_and_propose(page: Page, installation: Installation) -> None:
    page.get_by_role("link", name="Mapping", exact=True).click()
    page.get_by_role("button", name="Discover").click()
    expect(page.get_by_role("table", name="Snapshots of the source's schema, the newest first")).to_be_visible()
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("draft").first).to_be_visible()
    page.goto(f"{installation.url}/mappings/{CENTER}/1/")


def spoil_one_field(page: Page, truth: dict[str, Any]) -> None:
    """The admin thinks that the chart text is kept in the row id's neighbour."""
    right = truth["mapping"]["KARTEI"]["columns"]["BEMERKUNG"]
    choice = page.get_by_label("Physical column of KARTEI.BEMERKUNG")
    expect(choice).to_have_value(right)
    choice.select_option(value="")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Physical column of KARTEI.BEMERKUNG")).to_have_value("")


def correct_it_and_be_refused(page: Page, installation: Installation, truth: dict[str, Any]) -> None:
    """A reviewer corrects the field, and is then an author, who cannot approve."""
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/mappings/")
    page.get_by_role("row", name=CENTER).get_by_role("link", name="Version 1").click()
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    page.get_by_label("Physical column of KARTEI.BEMERKUNG").select_option(
        value=truth["mapping"]["KARTEI"]["columns"]["BEMERKUNG"]
    )
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("a second person must approve it").first).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()


def approve_as_second_reviewer(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "reviewer2")
    page.goto(f"{installation.url}/mappings/{CENTER}/1/")
    page.get_by_label("I have looked at all fields.").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved").first).to_be_visible()


def run_and_watch(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "analyst")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("link", name="Start a run").first.click()
    page.get_by_label("From", exact=True).fill(FIRST_DAY)
    page.get_by_label("To", exact=True).fill(LAST_DAY.isoformat())
    page.get_by_role("button", name="Start", exact=True).click()
    # The page must move by itself: a worker takes the run, and the poll shows its end.
    expect(page.locator("#run-progress .badge-state").first).to_have_text("succeeded", timeout=60_000)
    expect(page.get_by_role("row", name=CENTER)).to_contain_text("succeeded")
    # The other center has no mapping and is skipped with that reason.
    expect(page.get_by_role("row", name="center_01")).to_contain_text("no approved mapping")
    assert page.locator("#run-progress").get_attribute("hx-trigger") is None
