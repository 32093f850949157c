"""A run is watched and stopped on a phone: nothing out of sight to the right, nothing too small for a finger."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.layout import too_wide

pytestmark = pytest.mark.browser
_LIVE = "from tests.browser import live_states; live_states.{0}"
# Whatever of the run begins or ends outside of the window.
_OUTSIDE = """() => [...document.querySelectorAll("main *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || element.closest(".visually-hidden, thead")) return false;
    return box.left < -1 || box.right > window.innerWidth + 1;
}).map((element) => element.outerHTML.slice(0, 80))"""
# WCAG 2.5.8: 24 by 24 px, or a circle of that size around it that touches no other target.
_SMALL = """() => {
    const targets = [...document.querySelectorAll("main :is(a, button, summary, input, select)")]
        .filter((target) => target.checkVisibility() && target.getBoundingClientRect().width > 1);
    const boxes = targets.map((target) => target.getBoundingClientRect());
    const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
    const distance = ([x, y], box) => Math.hypot(
        Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    return boxes.filter((box) => Math.min(box.width, box.height) < 24)
        .filter((box) => boxes.some((other) => other !== box && distance(middle(box), other) < 12))
        .map((box) => [targets[boxes.indexOf(box)].textContent.trim(), box.width, box.height]);
}"""


def test_run_is_watched_and_stopped_without_scrolling_sideways(page: Page, installation: Installation) -> None:
    def do(call: str) -> str:
        return installation.manage("shell", "--verbosity", "0", "--command", _LIVE.format(call)).strip()

    run = do("begin('pocket', 8)")
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/runs/{run}/")
    cancel = page.get_by_role("button", name="Cancel the run")
    expect(cancel).to_be_in_viewport()
    expect(page.get_by_role("progressbar", name="Centers that have ended")).to_be_in_viewport()
    do(f"land({run}, 3)")
    expect(page.get_by_role("row", name="pocket_03")).to_contain_text("succeeded")
    page.get_by_role("row", name="pocket_03").locator("summary").click()
    assert (too_wide(page), page.evaluate(_OUTSIDE), page.evaluate(_SMALL)) == ([], [], [])
    page.set_viewport_size({"width": 320, "height": 700})
    cancel.click()
    expect(page.get_by_text("Ending; what has landed is kept.")).to_be_in_viewport()
    do(f"end({run})")
    expect(page.locator("#live")).to_have_text("The run has ended: succeeded.")
    expect(page.get_by_role("link", name="Show the results")).to_be_in_viewport()
