"""Pages while htmx waits for an answer, and open dialogs: what axe finds then, in light and dark and both languages."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.layout import too_wide
from tests.browser.test_accessibility import LOCALES, violations

pytestmark = pytest.mark.browser
_WAIT = "from tests.browser import waiting_drafts; waiting_drafts.wait('swap', 1)"
VERSION = "/mappings/swap_1/1/"


@pytest.fixture(scope="module")
def waiting(installation: Installation) -> None:
    """A version that waits for a reviewer."""
    installation.manage("shell", "--verbosity", "0", "--command", _WAIT)


def hold(page: Page) -> None:
    """From now on htmx gets no answer."""
    page.route(
        re.compile(".*"),
        lambda route: None if "hx-request" in route.request.headers else route.continue_(),
    )


def looked_at(page: Page, name: str) -> list[str]:
    found = [*violations(page, "light"), *violations(page, "dark"), *too_wide(page)]
    page.set_viewport_size({"width": 1280, "height": 720})
    return [f"{name}: {problem}" for problem in found]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.usefixtures("waiting")
def test_waiting_pages_and_open_dialogs_are_accessible(
    browser: Browser, installation: Installation, language: str
) -> None:
    found = list[str]()
    with browser.new_context(locale=LOCALES["en"]) as first:
        sign_in(first.new_page(), installation, "reviewer")
        state = first.storage_state()
    with browser.new_context(locale=LOCALES[language], storage_state=state) as context:
        page = context.new_page()
        for path, control, key in (
            ("/centers/?q=", "#id_q", "s"),
            ("/runs/start/", "#id_date_from", "ArrowUp"),
            ("/review/", ".filter-bar select", "ArrowDown"),
            (VERSION, '[id="marks-KARTEI.BEMERKUNG"] button', "Enter"),
            (VERSION, "#column-q", "k"),
        ):
            page.goto(f"{installation.url}{path}")
            assert page.locator("html").get_attribute("lang") == language
            hold(page)
            page.locator(control).first.press(key)
            expect(page.locator(".htmx-request").first).to_be_attached()
            found += looked_at(page, f"{path} {control}")
            page.unroute_all(behavior="ignoreErrors")
        page.goto(f"{installation.url}{VERSION}")
        for key, dialog in (("?", "#review-keys"), ("Control+k", "#palette")):
            page.keyboard.press(key)
            expect(page.locator(dialog)).to_be_visible()
            found += looked_at(page, dialog)
            page.keyboard.press("Escape")
            expect(page.locator(dialog)).to_be_hidden()
        page.locator(".what-is__button").first.click()
        found += looked_at(page, "what is")
    assert found == []
