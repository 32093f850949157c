"""Every screen against the WCAG 2.2 AA rules of axe, in both colour schemes and both languages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect

from tests.browser.alert_screens import fill_alert_screens
from tests.browser.conftest import Installation, sign_in
from tests.browser.layout import layout_problems, lengthen
from tests.browser.review_screens import fill_review_screens
from tests.browser.screen_centers import fill_screens
from tests.browser.screens import Screen, screens

pytestmark = pytest.mark.browser
Scheme = Literal["light", "dark"]
AXE = Axe()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
LOCALES = {"en": "en-US", "de": "de-DE"}
Sessions = dict[str | None, StorageState | None]


@pytest.fixture(scope="module")
def filled(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Screen, ...]:
    """The screens, after there is something to show on them."""
    run_path = fill_screens(installation, tmp_path_factory.mktemp("screens"))
    return (*screens(run_path), *fill_review_screens(installation, run_path), *fill_alert_screens(installation))


@pytest.fixture(scope="module")
def sessions(browser: Browser, installation: Installation) -> Sessions:
    """The cookies of each person, so that nobody signs in once per screen."""
    found: Sessions = {None: None}
    for person in ("admin", "reviewer"):
        with browser.new_context(locale=LOCALES["en"]) as context:
            sign_in(context.new_page(), installation, person)
            found[person] = context.storage_state()
    return found


class Look:
    """Opens screens as the right person in one language, and notes what their console says."""

    def __init__(self, browser: Browser, installation: Installation, language: str) -> None:
        self._browser = browser
        self._installation = installation
        self._language = language
        self.console: list[str] = []

    @contextmanager
    def as_people(self, sessions: Sessions) -> Iterator[dict[str | None, Page]]:
        """One page per person."""
        with ExitStack() as stack:
            yield {person: self._page(stack.enter_context(self._context(state))) for person, state in sessions.items()}

    def _context(self, state: StorageState | None) -> BrowserContext:
        return self._browser.new_context(locale=LOCALES[self._language], storage_state=state)

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.console.append(f"{page.url}: {error}"))
        return page

    def _note(self, message: ConsoleMessage) -> None:
        page = message.page
        # That the page itself was answered with 403 or 404 is what such a screen is about.
        if message.type == "error" and page is not None and message.location["url"] != page.url:
            self.console.append(f"{page.url}: {message.text}")

    def open(self, page: Page, screen: Screen) -> None:
        """Bring `screen` onto `page`, wide and light, and make sure that it is what it should be."""
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="light")
        answer = page.goto(f"{self._installation.url}{screen.path}")
        assert answer is not None
        assert (screen.name, answer.status) == (screen.name, screen.status)
        assert page.locator("html").get_attribute("lang") == self._language
        if screen.prepare is not None:
            screen.prepare(page)


@pytest.mark.parametrize("language", LOCALES)
def test_every_screen_is_accessible_fits_and_is_silent(
    browser: Browser, installation: Installation, filled: tuple[Screen, ...], sessions: Sessions, language: str
) -> None:
    """One load per screen for all questions, since loading takes longer than asking."""
    look, found = Look(browser, installation, language), list[str]()
    with look.as_people(sessions) as pages:
        for screen in filled:
            page = pages[screen.person]
            look.open(page, screen)
            problems = [*violations(page, "light"), *violations(page, "dark"), *layout_problems(page)]
            found += [f"{screen.name}: {problem}" for problem in problems]
    assert (found, look.console) == ([], [])


@pytest.mark.storm
def test_every_screen_keeps_its_shape_with_longer_words(
    browser: Browser, installation: Installation, filled: tuple[Screen, ...], sessions: Sessions
) -> None:
    look, found = Look(browser, installation, "de"), list[str]()
    with look.as_people(sessions) as pages:
        for screen in filled:
            page = pages[screen.person]
            look.open(page, screen)
            lengthen(page)
            found += [f"{screen.name}: {problem}" for problem in layout_problems(page)]
    assert found == []


def violations(page: Page, scheme: Scheme) -> list[str]:
    """What axe finds, a line per element: rule, impact, selector, and what to do."""
    # Without transitions, or axe would measure colours on their way from light to dark.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    response: dict[str, Any] = AXE.run(page, options=RULES).response
    return [
        f"{violation['id']} ({violation['impact']}, {scheme}) at {node['target']}: {node['failureSummary']}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


def test_the_questions_find_what_is_wrong(page: Page) -> None:
    """An empty list above means something only when a bad page gives a full one."""
    page.set_content(
        '<html lang="en" data-bs-theme="light"><title>Bad</title><main><img src="data:,"><h1>Bad</h1>'
        '<p style="color: #ccc; background: #fff; width: 40rem">Pale and wide</p>'
        '<p style="width: 4rem; overflow: hidden; white-space: nowrap" id="cut">Cut off at its end</p>'
        '<p style="width: 3rem" id="thin">Many words in a column for one of them, or less</p></main>'
        '<header class="site-header"><a href="/">Above</a><a style="margin-left: -2rem" href="/">Below</a></header>'
        "</html>"
    )
    assert [line.split(" at ")[0] for line in violations(page, "light")] == [
        "color-contrast (serious, light)",
        "image-alt (critical, light)",
        "target-size (serious, light)",
    ]
    assert layout_problems(page, [320]) == [
        "at 320 px: 648 px wide, because of p",
        "at 320 px: cut: p#cut, Cut off at its end",
        "at 320 px: squeezed: p#thin, Many words in a column for one of them, ",
        "at 320 px: a over a",
    ]
