"""The dialog that leads anywhere: by keys, by its button, without JavaScript, and switched off."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTER = "center_02"


@pytest.fixture
def start(page: Page, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The list of runs, as a reviewer sees it."""
    file = tmp_path_factory.mktemp("palette") / "centers.yml"
    installation.manage("import_centers", centers_file(installation, file, [CENTER]))
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/runs/")
    return page


def test_slash_a_few_letters_and_enter_lead_to_a_center(start: Page) -> None:
    start.keyboard.press("/")
    expect(start.locator("#palette-text")).to_be_focused()
    expect(start.locator("#palette-results a", has_text="Waiting for me")).to_be_visible()
    start.keyboard.type(CENTER)
    expect(start.locator("#palette-results a").first).to_contain_text(CENTER)
    start.keyboard.press("Enter")
    expect(start).to_have_url(re.compile(f"/centers/id/{CENTER}/$"))


def test_arrows_move_through_the_answers_and_escape_gives_the_focus_back(start: Page) -> None:
    button = start.locator(".site-header__jump")
    button.click()
    expect(start.locator("#palette-results a").first).to_be_visible()
    start.keyboard.press("ArrowDown")
    expect(start.locator("#palette-results a").first).to_be_focused()
    start.keyboard.press("ArrowUp")
    expect(start.locator("#palette-text")).to_be_focused()
    start.keyboard.press("ArrowUp")
    expect(start.locator("#palette-results a").last).to_be_focused()
    start.keyboard.press("Escape")
    expect(start.locator("#palette")).to_be_hidden()
    expect(button).to_be_focused()


def test_keys_can_be_switched_off_and_the_button_stays(start: Page) -> None:
    start.keyboard.press("Control+k")
    start.locator("#palette-keys-off").check()
    start.keyboard.press("Escape")
    for key in ("/", "Control+k"):
        start.keyboard.press(key)
        expect(start.locator("#palette")).to_be_hidden()
    start.locator(".site-header__jump").click()
    expect(start.locator("#palette-keys-off")).to_be_checked()
    start.locator("#palette-keys-off").uncheck()
    start.keyboard.press("Escape")
    start.keyboard.press("/")
    expect(start.locator("#palette")).to_be_visible()


def test_slash_in_a_field_is_a_letter(start: Page, installation: Installation) -> None:
    start.goto(f"{installation.url}/centers/")
    field = start.locator("main input[type=search]").first
    field.fill("")
    field.press("/")
    expect(field).to_have_value("/")
    expect(start.locator("#palette")).to_be_hidden()


def test_without_javascript_the_button_leads_to_the_page(
    browser: Browser, installation: Installation, start: Page
) -> None:
    state = start.context.storage_state()
    with browser.new_context(java_script_enabled=False, storage_state=state, locale="en-US") as context:
        page = context.new_page()
        page.goto(f"{installation.url}/runs/")
        page.locator(".site-header__jump").click()
        page.locator("#jump-text").fill(CENTER)
        page.locator("main button[type=submit]").click()
        page.locator("main a", has_text=CENTER).first.click()
        expect(page).to_have_url(re.compile(f"/centers/id/{CENTER}/$"))


def test_button_has_a_name_on_a_phone_too(start: Page) -> None:
    start.set_viewport_size({"width": 320, "height": 640})
    expect(start.get_by_role("link", name="Go to", exact=True)).to_be_visible()


def test_switch_counts_for_the_keys_of_the_review_too(start: Page, installation: Installation) -> None:
    start.keyboard.press("/")
    start.locator("#palette-keys-off").check()
    start.goto(f"{installation.url}/review/")
    start.keyboard.press("?")
    expect(start.locator("#review-keys")).to_be_hidden()
    start.locator(".site-header__jump").click()
    start.locator("#palette-keys-off").uncheck()
    start.keyboard.press("Escape")
    start.keyboard.press("?")
    expect(start.locator("#review-keys")).to_be_visible()
    expect(start.locator("#keys-off")).not_to_be_checked()


def test_enter_before_the_answers_have_come_leads_to_the_page_of_answers(start: Page) -> None:
    start.keyboard.press("/")
    expect(start.locator("#palette-results a").first).to_be_visible()
    asked_by_htmx = re.compile(r"/go/\?q=")
    start.route(
        asked_by_htmx, lambda route: route.abort() if "hx-request" in route.request.headers else route.continue_()
    )
    start.keyboard.type(CENTER)
    start.keyboard.press("Enter")
    expect(start).to_have_url(re.compile(rf"/go/\?q={CENTER}$"))
    expect(start.locator("main a", has_text=CENTER).first).to_be_visible()
