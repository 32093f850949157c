"""What a person searches for reaches the results, and no address, on the way there, onwards and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
NAME = "Kanarienvogel"
DAY = "2025-03-03"
ENTRIES = f"""
import datetime as dt
from tests.extraction.builders import center, entry
from tests.extraction.landed_entries import land_entries
rows = [entry(str(number), "{NAME} Füllung" if number % 2 else "Prophylaxe", row=str(number)) for number in range(6)]
land_entries(center(77), dt.date.fromisoformat("{DAY}"), *rows)
"""


@pytest.fixture
def results(page: Page, installation: Installation) -> Page:
    """The results of one day with six entries, three of them with the name."""
    installation.manage("shell", "-c", ENTRIES)
    sign_in(page, installation, "analyst")
    page.goto(f"{installation.url}/results/?date_from={DAY}&date_to={DAY}")
    return page


def test_search_text_is_in_no_address(results: Page) -> None:
    asked: list[str] = []
    results.on("request", lambda request: asked.append(request.url))
    rows = results.get_by_role("table", name="Chart entries by date").locator("tbody tr")
    expect(rows).to_have_count(6)
    results.get_by_label("Text").fill(NAME.upper())
    expect(results).to_have_url(re.compile(r"/results/\?.*search="))
    expect(rows).to_have_count(3)
    expect(results.get_by_text("By insurance status", exact=True)).to_be_visible()
    results.reload()
    expect(rows).to_have_count(3)
    expect(results.get_by_label("Text")).to_have_value(NAME.upper())
    results.locator("#reveal-patients").click()
    results.locator("#id_reason").select_option("billing")
    results.locator("details.reveal button[type=submit]").click()
    expect(results.get_by_text("That you saw them is recorded.")).to_be_visible()
    expect(results).to_have_url(re.compile(r"/results/\?.*search="))
    rows.first.get_by_role("link").click()
    results.get_by_role("link", name="The SQL that read this day").click()
    expect(results.locator("#source-sql pre")).to_contain_text("SELECT")
    results.get_by_role("button", name="All entries of this patient").click()
    expect(rows).to_have_count(1)
    results.go_back()
    results.go_back()
    expect(rows).to_have_count(3)
    assert [url for url in asked if NAME.lower() in url.lower()] == []
    assert results.evaluate("JSON.stringify([localStorage, sessionStorage])").lower().count(NAME.lower()) == 0
