"""The search among all columns of a source, by keyboard and without a script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
CENTER = "center_30"
PAGE = f"/mappings/{CENTER}/1/"


@pytest.fixture(scope="module")
def draft(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A center with the machine's draft; its page."""
    file: Path = tmp_path_factory.mktemp("column-search") / "centers.yml"
    installation.manage_all(
        ("import_centers", centers_file(installation, file, [CENTER])),
        ("discover_raw", f"--center={CENTER}"),
        ("generate_mappings", f"--center={CENTER}"),
    )
    return f"{installation.url}{PAGE}"


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no script."""
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        yield context.new_page()


def test_key_searches_for_the_field_that_has_the_focus(page: Page, installation: Installation, draft: str) -> None:
    sign_in(page, installation, "admin")
    page.goto(draft)
    page.locator('[id="field-KARTEI.BEMERKUNG"]').evaluate("row => { row.tabIndex = -1; row.focus(); }")
    page.keyboard.press("/")
    search = page.get_by_label("Search all columns")
    expect(search).to_be_focused()
    expect(page.get_by_label("For the field")).to_have_value("KARTEI.BEMERKUNG")
    page.keyboard.type("delkz")
    rows = page.get_by_role("table", name="Columns that were found").locator("tbody tr")
    expect(rows.first).to_contain_text("DELKZ")
    expect(search).to_be_focused()
    assert page.url == draft
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]


def test_found_column_is_used_without_a_script(plain_page: Page, installation: Installation, draft: str) -> None:
    page = plain_page
    sign_in(page, installation, "admin")
    page.goto(draft)
    page.get_by_label("Search all columns").fill("kartei id")
    page.get_by_label("For the field").select_option("KARTEI.BEMERKUNG")
    page.get_by_role("button", name="Search", exact=True).click()
    button = page.get_by_role("button", name="for KARTEI.BEMERKUNG").first
    value = button.get_attribute("value")
    button.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.url == f"{draft}#field-KARTEI.BEMERKUNG"
    chosen = page.get_by_label("Physical column of KARTEI.BEMERKUNG").input_value()
    assert value is not None
    assert f'"{chosen}"]' in value
