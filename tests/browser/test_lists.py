"""A list with a keyboard: searching while typing, its order, Back, own views; and many centers at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTERS = ("center_02", "center_03", "center_04")
NAMES = """
from centers.models import Center
for center_id, name in {"center_02": "Zahnärzte Müller", "center_03": "Ärzte am Ring", "center_04": "Berg"}.items():
    center = Center.objects.get(center_id=center_id)
    center.name, center.city, center.state = name, "Ringelheim", "active"
    center.save()
"""
LEFT_BEHIND = """
from centers.models import Center
from dentalhub.models import SavedView
Center.objects.update(state="active")
SavedView.objects.all().delete()
"""


@pytest.fixture
def centers(page: Page, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The list of three centers of a city, opened by an admin."""
    file = tmp_path_factory.mktemp("lists") / "centers.yml"
    installation.manage("import_centers", centers_file(installation, file, CENTERS))
    installation.manage("shell", "-c", NAMES)
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/centers/?q=ringelheim")
    yield page
    installation.manage("shell", "-c", LEFT_BEHIND)


def ids(page: Page) -> Locator:
    return page.locator("#center-table tbody th")


def test_search_while_typing_order_back_and_an_own_view(centers: Page) -> None:
    expect(ids(centers)).to_have_text(["center_02", "center_03", "center_04"])
    centers.get_by_role("link", name="Name", exact=True).click()
    expect(ids(centers)).to_have_text(["center_03", "center_04", "center_02"])
    expect(centers.locator("th[aria-sort]")).to_have_text(["Name"])
    expect(centers).to_have_url(re.compile(r"\?q=ringelheim&sort=name$"))
    # The focus stays on the head, so that another press turns the order round.
    expect(centers.locator("#sort-name")).to_be_focused()
    # Typed without pressing anything; the order stays.
    centers.get_by_label("Search", exact=True).fill("")
    centers.get_by_label("Search", exact=True).press_sequentially("ringelheim aerzte", delay=20)
    expect(ids(centers)).to_have_text(["center_03", "center_02"])
    expect(centers.get_by_label("Search", exact=True)).to_be_focused()
    expect(centers).to_have_url(re.compile(r"\?q=ringelheim(\+|%20)aerzte&.*sort=name"))
    # A reload and a copied link show the same rows.
    centers.reload()
    expect(ids(centers)).to_have_text(["center_03", "center_02"])
    expect(centers.get_by_label("Search", exact=True)).to_have_value("ringelheim aerzte")
    centers.locator("#saved-views").click()
    centers.get_by_label("Save what is shown as").fill("Dentists by name")
    centers.keyboard.press("Enter")
    expect(centers.get_by_text("The view “Dentists by name” is saved.")).to_be_visible()
    expect(ids(centers)).to_have_text(["center_03", "center_02"])
    centers.get_by_label("Search", exact=True).fill("berg ringelheim")
    expect(ids(centers)).to_have_text(["center_04"])
    centers.go_back()
    expect(ids(centers)).to_have_text(["center_03", "center_02"])
    centers.get_by_role("link", name="Reset").click()
    centers.locator("#saved-views").click()
    centers.get_by_role("link", name="Dentists by name").click()
    expect(ids(centers)).to_have_text(["center_03", "center_02"])


def press_until(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press `key` until `target` has the focus, as somebody without a mouse does."""
    for _number in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {target}")


def test_many_centers_at_once_with_the_keyboard_only(centers: Page) -> None:
    centers.keyboard.press("Tab")
    press_until(centers, centers.get_by_role("checkbox", name="center_02"))
    centers.keyboard.press("Space")
    expect(centers.locator("[data-check-count]")).to_have_text("1")
    # All that match, by the arrow of the group; a row that is ticked means the ticked ones again.
    press_until(centers, centers.get_by_label("the ticked ones"))
    centers.keyboard.press("ArrowDown")
    expect(centers.get_by_label("all 3 that match, on all pages")).to_be_checked()
    press_until(centers, centers.get_by_role("checkbox", name="center_03"), "Shift+Tab")
    centers.keyboard.press("Space")
    expect(centers.get_by_label("the ticked ones")).to_be_checked()
    expect(centers.locator("[data-check-count]")).to_have_text("2")
    press_until(centers, centers.get_by_role("button", name="Pause", exact=True))
    centers.keyboard.press("Enter")
    expect(centers.get_by_text("2 of 2 centers were paused.")).to_be_visible()
    press_until(centers, centers.get_by_role("button", name="Undo: resume 2 centers"))
    centers.keyboard.press("Enter")
    expect(centers.get_by_text("2 of 2 centers were resumed.")).to_be_visible()


def test_connections_are_tested_in_the_background(centers: Page) -> None:
    centers.get_by_label("all 3 that match, on all pages").check()
    centers.get_by_role("button", name="Test the connection").click()
    back = centers.get_by_role("link", name="Back to the list")
    back.focus()
    expect(centers.locator("#batch-progress .notice")).to_have_text("3 of 3 centers can be reached.", timeout=60_000)
    expect(centers.locator("#batch-progress tbody tr")).to_have_count(3)
    # What was swapped while they went on has taken the focus over.
    expect(back).to_be_focused()
