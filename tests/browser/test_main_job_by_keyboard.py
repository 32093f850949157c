"""The main job with nothing but a keyboard: from the sign-in to a file, each control reached by Tab."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Installation
from tests.browser.entry_csv import truth_of
from tests.browser.screen_centers import DAY, centers_file

pytestmark = pytest.mark.browser
CENTER = "center_23"
MOST_TABS = 250


def test_from_the_sign_in_to_a_file_by_keyboard(page: Page, installation: Installation, tmp_path: Path) -> None:
    text = Path(centers_file(installation, tmp_path / "centers.yml", [CENTER])).read_text(encoding="utf-8")
    entries = len(truth_of(installation.network, CENTER)["entries"].get(DAY, []))
    sign_in_by_keyboard(page, installation, "admin")
    import_and_test(page, installation, text)
    discover_and_propose(page)
    sign_in_by_keyboard(page, installation, "reviewer")
    approve(page, installation)
    sign_in_by_keyboard(page, installation, "analyst")
    run(page, installation)
    take_away(page, installation, entries)


def reach(page: Page, control: Locator) -> None:
    """Tab until `control` has the focus; what is reached must be in sight."""
    expect(control).to_be_visible()
    for _ in range(MOST_TABS):
        if control.evaluate("element => element === document.activeElement"):
            expect(control).to_be_in_viewport()
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{control} is not reached by Tab")


def press(page: Page, control: Locator, key: str = "Enter") -> None:
    reach(page, control)
    page.keyboard.press(key)


def write(page: Page, control: Locator, text: str) -> None:
    reach(page, control)
    page.keyboard.insert_text(text)


def write_date(page: Page, control: Locator, day: str) -> None:
    """In the order in which an English browser asks: month, day, year."""
    year, month, date = day.split("-")
    reach(page, control)
    page.keyboard.type(f"{month}{date}{year}")
    expect(control).to_have_value(day)


def sign_in_by_keyboard(page: Page, installation: Installation, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{installation.url}/accounts/login/")
    write(page, page.get_by_label("Username"), name)
    write(page, page.get_by_label("Password"), installation.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()


def import_and_test(page: Page, installation: Installation, text: str) -> None:
    """The text of the file, typed as it were; then the new center by its name in the palette."""
    page.goto(f"{installation.url}/centers/import/")
    write(page, page.get_by_label("or its text"), text)
    press(page, page.get_by_role("button", name="Check the file"))
    press(page, page.get_by_role("button", name="Import", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Centers")
    page.keyboard.press("/")
    expect(page.locator("#palette-text")).to_be_focused()
    page.keyboard.type(CENTER)
    expect(page.locator("#palette-results a").first).to_contain_text(CENTER)
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Test the connection"))
    expect(page.get_by_text("The connection works.")).to_be_visible()


def discover_and_propose(page: Page) -> None:
    press(page, page.get_by_role("link", name="Mapping", exact=True))
    press(page, page.get_by_role("button", name="Discover"))
    expect(page.get_by_role("table", name="Snapshots of the source's schema, the newest first")).to_be_visible()
    press(page, page.get_by_role("button", name="Propose"))
    expect(page.get_by_text("draft").first).to_be_visible()


def approve(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/mappings/{CENTER}/1/")
    expect(page.locator("[data-keys-help]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("I have looked at all fields.")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("is approved")


def run(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/runs/start/?centers={CENTER}")
    write_date(page, page.get_by_label("From", exact=True), DAY)
    write_date(page, page.get_by_label("To", exact=True), DAY)
    reach(page, page.locator("#id_centers"))
    page.keyboard.type(CENTER)
    expect(page.locator("#id_centers")).to_have_values([CENTER])
    press(page, page.get_by_role("button", name="Start", exact=True))
    expect(page.locator("#run-progress .badge-state").first).to_have_text("succeeded", timeout=60_000)


def take_away(page: Page, installation: Installation, entries: int) -> None:
    page.goto(f"{installation.url}/results/?center={CENTER}&date_from={DAY}&date_to={DAY}")
    expect(page.locator("#entry-table")).to_contain_text(f"{entries} chart entr")
    with page.expect_download() as started:
        press(page, page.get_by_role("button", name="JSON Lines"))
    assert started.value.path().read_text(encoding="utf-8").count("\n") == entries
