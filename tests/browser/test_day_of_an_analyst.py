"""The day of an analyst: filter, look at a chart, take a file away, and find in the ledger what was taken."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.entry_csv import truth_of
from tests.browser.screen_centers import DAY, centers_file

pytestmark = pytest.mark.browser
CENTER = "center_12"
FIRST_DAY = "2026-11-16"


@pytest.fixture
def landed(installation: Installation, tmp_path: Path) -> int:
    """A week of a center; how many of its entries are of patients with statutory insurance."""
    file = centers_file(installation, tmp_path / "centers.yml", [CENTER])
    chosen = f"--center={CENTER}"
    installation.manage_all(
        ("import_centers", file),
        ("discover_raw", chosen),
        ("generate_mappings", chosen),
        ("approve_mapping", CENTER, "--version=1", "--as=reviewer2"),
        ("extract", "--from", FIRST_DAY, "--to", DAY, chosen),
    )
    days = truth_of(installation.network, CENTER)["entries"]
    found = [entry for day, entries in days.items() if FIRST_DAY <= day <= DAY for entry in entries]
    return sum(entry["insurance_status"] == "GKV" for entry in found)


def test_day_of_an_analyst(page: Page, installation: Installation, landed: int, tmp_path: Path) -> None:
    sign_in(page, installation, "analyst")
    filter_results(page, landed)
    look_at_the_chart(page, landed)
    export = export_in_the_background(page, landed)
    digest = find_it_in_the_ledger(page, export, landed)
    assert download(page, tmp_path) == digest
    expect(page.get_by_text("pseudonyms")).to_be_visible()


def filter_results(page: Page, count: int) -> None:
    """Each choice narrows the table at once and stands in the address."""
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_label("From", exact=True).fill(FIRST_DAY)
    page.get_by_label("To", exact=True).fill(DAY)
    page.get_by_label("Centers").select_option(value=CENTER)
    page.get_by_label("Insurance", exact=True).select_option("GKV")
    expect(page.locator("#entry-table")).to_contain_text(f"{count} chart entries")
    assert f"center={CENTER}" in page.url


def look_at_the_chart(page: Page, count: int) -> None:
    """The bars are for the eye; the table behind them has the same numbers."""
    figure = page.locator("figure.figures__days")
    expect(figure).to_contain_text(f"{count} chart entries, per business date")
    bars = figure.locator("rect").count()
    figure.get_by_text("As a table").click()
    table = page.get_by_role("table", name="Chart entries per business date")
    numbers = table.locator("td.num").all_inner_texts()
    assert (len(numbers), sum(map(int, numbers))) == (bars, count)


def export_in_the_background(page: Page, count: int) -> str:
    """The form has the filter already, and says how many rows will leave before they do; gives the export's number."""
    page.get_by_role("button", name="With patient ids …").click()
    expect(page.locator("#export-estimate")).to_contain_text(str(count))
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Make it in the background").click()
    expect(page.locator("#export-progress .badge-state").first).to_have_text("complete", timeout=60_000)
    return page.url.rstrip("/").rpartition("/")[2]


def find_it_in_the_ledger(page: Page, export: str, count: int) -> str:
    """By way of the list, as somebody does a week later; gives the SHA-256 that was recorded."""
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Results").click()
    page.get_by_role("link", name="Exports", exact=True).click()
    row = page.get_by_role("row", name=f"#{export}")
    expect(row).to_contain_text(str(count))
    row.get_by_role("link", name=f"#{export}").click()
    rows = page.locator("dt", has_text="Rows").locator("xpath=following-sibling::dd[1]")
    expect(rows).to_have_text(str(count))
    return page.locator("dt", has_text="SHA-256").locator("xpath=following-sibling::dd[1]").inner_text()


def download(page: Page, folder: Path) -> str:
    """The digest of the file that arrives."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Download", exact=True).click()
    file = folder / "entries"
    started.value.save_as(file)
    return hashlib.sha256(file.read_bytes()).hexdigest()
