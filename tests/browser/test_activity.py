"""Requests that no person has caused say so; the server does not count them as activity."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
HEADER = "hx-automatic"
ADD = """html => {
    document.querySelector("main").insertAdjacentHTML("beforeend", html);
    htmx.process(document.querySelector("main"));
}"""


@pytest.mark.parametrize("trigger", ["every 200ms", "load"])
def test_a_page_that_asks_by_itself_says_so(page: Page, installation: Installation, trigger: str) -> None:
    sign_in(page, installation, "analyst")
    with page.expect_request("**/accounts/?by=itself") as asked:
        page.evaluate(ADD, f'<div hx-get="/accounts/?by=itself" hx-trigger="{trigger}" hx-swap="none"></div>')
    assert asked.value.headers[HEADER] == "true"


def test_a_click_counts_as_activity(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "analyst")
    page.evaluate(ADD, '<button id="asks" hx-get="/accounts/?by=person" hx-swap="none">Ask</button>')
    with page.expect_request("**/accounts/?by=person") as asked:
        page.locator("#asks").click()
    assert HEADER not in asked.value.headers
    expect(page.locator("#asks")).to_be_visible()
