"""On a phone what is decided about stands below each other, not out of sight to the right."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
_CALL = "from tests.browser import waiting_drafts; waiting_drafts.wait_alike('phone', 2)"
# Whatever of a table begins or ends outside of the window.
_OUTSIDE = """() => [...document.querySelectorAll("main table td, main table th[scope=row]")].filter((cell) => {
    const box = cell.getBoundingClientRect();
    return box.width > 0 && (box.left < 0 || box.right > window.innerWidth + 1);
}).length"""


def test_queue_preview_and_search_are_read_without_scrolling_sideways(page: Page, installation: Installation) -> None:
    installation.manage("shell", "--verbosity", "0", "--command", _CALL)
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/review/?region=phone")
    expect(page.get_by_role("link", name="phone_1, version 2")).to_be_visible()
    assert page.evaluate(_OUTSIDE) == 0
    page.goto(f"{installation.url}/review/alike/")
    page.get_by_role("row", name="KARTEI.BEMERKUNG").get_by_role("link", name="2 centers").click()
    expect(page.get_by_text("needs a look").first).to_be_visible()
    assert page.evaluate(_OUTSIDE) == 0
    page.goto(f"{installation.url}/mappings/phone_1/2/columns?q=kartei&field=KARTEI.BEMERKUNG")
    expect(page.get_by_role("button", name="Use BEMERKUNG of ck.KARTEI for KARTEI.BEMERKUNG")).to_be_visible()
    assert page.evaluate(_OUTSIDE) == 0
