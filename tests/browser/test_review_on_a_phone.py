"""On a phone what is decided about stands below each other, not out of sight to the right."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
_CALL = "from tests.browser import waiting_drafts; waiting_drafts.wait_alike('phone', 2)"
_CALL_ONE = "from tests.browser import waiting_drafts; waiting_drafts.wait('thumb', 1)"
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


def test_version_is_approved_with_a_thumb(browser: Browser, installation: Installation) -> None:
    """From the queue to the approval by touch, with nothing out of sight to the right on the way."""
    installation.manage("shell", "--verbosity", "0", "--command", _CALL_ONE)
    with browser.new_context(locale="en-US", viewport={"width": 320, "height": 640}, has_touch=True) as context:
        page = context.new_page()
        sign_in(page, installation, "reviewer")
        page.goto(f"{installation.url}/review/?region=thumb")
        page.get_by_role("link", name="thumb_1, version 1").tap()
        page.wait_for_load_state("networkidle")
        assert page.evaluate(_OUTSIDE) == 0
        page.get_by_role("button", name="KARTEI.BEMERKUNG is right").tap()
        expect(page.locator('[id="marks-KARTEI.BEMERKUNG"]')).to_contain_text("looked at by reviewer: right")
        page.get_by_role("link", name="Go to the checks and the decision").tap()
        expect(page.get_by_role("heading", name="Decision")).to_be_in_viewport()
        page.get_by_label("I have looked at all fields.").tap()
        page.get_by_role("button", name="Approve and next", exact=True).tap()
        expect(page.get_by_role("status").first).to_contain_text("is approved")
        assert page.evaluate(_OUTSIDE) == 0


def test_filters_and_actions_leave_room_for_the_list(page: Page, installation: Installation) -> None:
    """Filters stand two beside each other, and the bar of actions for many does not stay over the rows."""
    installation.manage("shell", "--verbosity", "0", "--command", _CALL_ONE.replace("thumb", "room"))
    page.set_viewport_size({"width": 390, "height": 700})
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/centers/")
    tops = page.locator(".filter-bar select").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 4
    assert tops[0] == tops[1] < tops[2] == tops[3]
    assert page.locator(".bulk-bar").evaluate("bar => getComputedStyle(bar).position") == "static"
