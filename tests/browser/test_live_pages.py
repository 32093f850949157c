"""Pages that ask by themselves: they say what is news once, take nothing away, rest unseen, and stop at the end."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
POLL = 2_000
# A screen reader reads what changes in the polite region: all that it was given, in order.
LISTEN = """() => {
    window.said = [];
    const live = document.getElementById("live");
    new MutationObserver(() => window.said.push(live.textContent.trim())).observe(live, {childList: true});
}"""
WIDE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("#run-progress table { min-width: 70rem; }");
    document.adoptedStyleSheets.push(sheet);
}"""
HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => window.isAway === true});"


class Live:
    """A page whose clock goes on when told to, and the requests that it made by itself."""

    def __init__(self, page: Page, installation: Installation) -> None:
        self.page = page
        self._installation = installation
        self._asked: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "hx-automatic" in request.headers:
            self._asked.append(request.url)

    def do(self, call: str) -> str:
        """Let something of live_states happen in the installation; what it printed."""
        script = f"from tests.browser import live_states; live_states.{call}"
        return self._installation.manage("shell", "--verbosity", "0", "--command", script).strip()

    def open(self, path: str) -> None:
        self.page.goto(f"{self._installation.url}{path}")
        self.page.evaluate(LISTEN)

    def said(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.said")
        return found

    def asked_within(self, milliseconds: int) -> int:
        """How often it asks by itself while so much of its time goes by; the answer to the last question has come."""
        self.page.wait_for_load_state("networkidle")
        self._asked.clear()
        self.page.clock.run_for(milliseconds)
        self.page.wait_for_load_state("networkidle")
        return len(self._asked)


@pytest.fixture
def live(page: Page, installation: Installation) -> Live:
    """A page of the analyst's browser."""
    page.add_init_script(HIDDEN)
    sign_in(page, installation, "analyst")
    page.clock.install()
    return Live(page, installation)


def test_run_tells_its_quarters_once_and_asks_no_more_at_its_end(live: Live) -> None:
    run = live.do("begin('quarters', 8)")
    live.open(f"/runs/{run}/")
    bar = live.page.get_by_role("progressbar", name="Centers that have ended")
    live.do(f"land({run}, 1)")
    expect(bar).to_have_attribute("value", "1")
    live.do(f"land({run}, 2)")
    expect(bar).to_have_attribute("value", "3")
    assert live.asked_within(3 * POLL) > 0
    live.do(f"land({run}, 4)")
    expect(bar).to_have_attribute("value", "7")
    live.do(f"end({run})")
    expect(live.page.locator("#live")).to_have_text("The run has ended: succeeded.")
    assert live.said() == [
        "25%: 3 of 8 centers have ended.",
        "75%: 7 of 8 centers have ended.",
        "The run has ended: succeeded.",
    ]
    assert live.asked_within(10 * POLL) == 0


def test_run_that_nobody_works_on_says_since_when(live: Live) -> None:
    run = live.do("begin('silent', 2)")
    live.open(f"/runs/{run}/")
    notice = live.page.get_by_text("Waiting for a worker since")
    live.do(f"fall_silent({run})")
    expect(notice).to_have_text(re.compile(r"Waiting for a worker since \d\d?:\d\d"))
    live.do(f"take_up({run})")
    expect(notice).to_have_count(0)
    silence, again = live.said()
    assert re.fullmatch(r"Nobody has worked on it since \d\d?:\d\d[^.]*\.", silence)
    assert again == "A worker has taken it up."
    live.do(f"end({run})")


def test_answer_that_nobody_asked_for_takes_nothing_away(live: Live) -> None:
    """A table that is wider than the page scrolls sideways, and the focus is somewhere in it."""
    run, page = live.do("begin('still', 12)"), live.page
    page.set_viewport_size({"width": 800, "height": 480})
    live.open(f"/runs/{run}/")
    page.evaluate(WIDE)
    table = page.locator("#run-progress .table-wrap").last
    row = page.get_by_role("row", name="still_09")
    row.locator("summary").click()
    link = row.get_by_role("link", name="still_09")
    link.focus()
    table.evaluate("wrap => { wrap.scrollLeft = 120; }")
    before = place(page)
    assert before["left"] == 120
    assert before["top"] > 0
    live.do(f"land({run}, 2)")
    expect(page.get_by_role("progressbar", name="Centers that have ended")).to_have_attribute("value", "2")
    assert live.asked_within(POLL) > 0
    assert place(page) == before
    expect(link).to_be_focused()
    expect(row.locator("details")).to_have_attribute("open", "")
    row.locator("summary").focus()
    assert live.asked_within(POLL) > 0
    expect(row.locator("summary")).to_be_focused()
    live.do(f"end({run})")


def place(page: Page) -> dict[str, float]:
    """How far the page and its last table are scrolled."""
    found: dict[str, float] = page.evaluate(
        """() => ({
            top: window.scrollY,
            left: [...document.querySelectorAll("#run-progress .table-wrap")].at(-1).scrollLeft,
        })"""
    )
    return found


def test_export_tells_its_quarters_and_asks_no_more_at_its_end(live: Live) -> None:
    export, page = live.do("begin_export()"), live.page
    live.open(f"/results/exports/{export}/")
    bar = page.get_by_role("progressbar", name="Rows that are written")
    cancel = page.get_by_role("button", name="Cancel the export")
    cancel.focus()
    live.do(f"write_rows({export}, 210)")
    expect(bar).to_have_attribute("value", "210")
    expect(cancel).to_be_focused()
    assert live.asked_within(3 * POLL) > 0
    live.do(f"end_export({export})")
    expect(bar).to_have_count(0)
    # What had the focus is gone: what is read next is what it was part of.
    expect(page.locator("#export-progress")).to_be_focused()
    assert live.said() == ["50% of the rows are written.", "The export has ended: failed."]
    assert live.asked_within(10 * POLL) == 0


def test_discovery_tells_its_quarters_and_keeps_the_focus(live: Live, installation: Installation) -> None:
    job, page = live.do("begin_discovery('seen', 4)"), live.page
    sign_in(page, installation, "reviewer")
    live.open(f"/mappings/discoveries/{job}")
    bar = page.get_by_role("progressbar", name="Centers that have ended")
    link = page.get_by_role("link", name="seen_03")
    link.focus()
    live.do(f"discover({job}, 2)")
    expect(bar).to_have_attribute("value", "2")
    expect(link).to_be_focused()
    assert live.asked_within(3 * POLL) > 0
    live.do(f"discover({job}, 2)")
    expect(bar).to_have_attribute("value", "4")
    expect(link).to_be_focused()
    assert live.said() == [
        "50%: 2 of 4 centers have ended.",
        "The discovery has ended: 4 of 4 centers discovered.",
    ]
    assert live.asked_within(10 * POLL) == 0


def test_steps_of_adding_centers_keep_the_focus_and_ask_no_more_at_the_end(
    live: Live, installation: Installation
) -> None:
    job, page = live.do("begin_discovery('added', 4)"), live.page
    sign_in(page, installation, "admin")
    live.open("/onboarding/")
    steps, link = page.locator("#onboarding"), page.get_by_role("link", name="Show the progress")
    expect(steps).to_contain_text(re.compile(r"4 of \d+ centers are being discovered\."))
    link.focus()
    live.do(f"discover({job}, 2)")
    page.clock.run_for(2 * POLL)
    expect(steps).to_contain_text(re.compile(r"2 of \d+ centers are being discovered\."))
    expect(link).to_be_focused()
    live.do(f"discover({job}, 2)")
    page.clock.run_for(2 * POLL)
    expect(steps).not_to_contain_text("being discovered")
    expect(page.locator("#onboarding:focus, #onboarding :focus")).to_have_count(1)
    assert live.said() == ["What went on in the background has ended."]
    assert live.asked_within(10 * POLL) == 0


def test_page_that_nobody_looks_at_rests(live: Live) -> None:
    run, page = live.do("begin('away', 2)"), live.page
    live.open(f"/runs/{run}/")
    assert live.asked_within(3 * POLL) > 0
    page.evaluate("window.isAway = true")
    assert live.asked_within(20 * POLL) == 0
    live.do(f"land({run}, 1)")
    page.evaluate("window.isAway = false")
    expect(page.get_by_role("progressbar", name="Centers that have ended")).to_have_attribute("value", "1")
    live.do(f"end({run})")
