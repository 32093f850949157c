"""Answers that come later than what Chromium takes for the outcome of a key or a click."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, Route

LATE = 0.7


def answer_late(page: Page) -> None:
    """From now on every answer to htmx comes late."""
    page.route(lambda _url: True, _late)


def _late(route: Route) -> None:
    if "hx-request" in route.request.headers:
        time.sleep(LATE)
    route.continue_()


def swapped(page: Page, do: Callable[[], object]) -> None:
    """Do something, and wait until htmx has put the answer in."""
    # As an attribute: the pages' policy lets nobody wait for an expression.
    page.evaluate(
        """delete document.documentElement.dataset.swapped;
        document.addEventListener("htmx:afterSettle", () => { document.documentElement.dataset.swapped = "1"; })"""
    )
    do()
    page.locator("html[data-swapped]").wait_for(state="attached")
