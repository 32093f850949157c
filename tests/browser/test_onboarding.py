"""From an empty installation to the first run in one flow, and on to the next center, all by what the page offers."""

import re
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
SERVER = "sandbox-germany"
MOST_RELOADS = 60
PAUSE_MS = 1000


def test_from_no_centers_to_the_first_run_and_the_next_center(
    page: Page, browser: Browser, installation: Installation
) -> None:
    document = yaml.safe_load(installation.centers_yml.read_text(encoding="utf-8"))
    first, second = [center for center in document["centers"] if center["server"] == SERVER][:2]
    sign_in(page, installation, "admin")
    page.get_by_role("link", name="Add centers step by step").click()
    add_region_and_server(page, document["servers"][SERVER])
    import_center(page, document, first)
    discover(page)
    approve(page, installation, first["id"])
    run_for_the_first_time(page, installation)
    page.get_by_role("link", name="Add another center").click()
    fill_center(page, second)
    expect(step(page, "Discover")).to_contain_text("1 of 2 centers has no snapshot yet.")
    expect(step(page, "Discover").get_by_role("link", name=second["id"])).to_be_visible()
    expect(step(page, "First run")).to_contain_text("1 center was extracted.")
    discover_without_javascript(browser, installation)


def step(page: Page, title: str) -> Locator:
    return page.locator(".stepper__step").filter(has=page.get_by_role("heading", name=title, exact=True))


def current(page: Page) -> Locator:
    return page.locator('[aria-current="step"] h2')


def add_region_and_server(page: Page, server: dict[str, Any]) -> None:
    expect(current(page)).to_have_text("Region and server")
    page.get_by_role("link", name="Add a region").click()
    page.locator("#id_code").fill("germany")
    page.locator("#id_name").fill("Germany")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a server").click()
    page.locator("#id_code").fill(SERVER)
    page.locator("#id_region").select_option(label="Germany")
    for name in ("host", "port", "user"):
        page.locator(f"#id_{name}").fill(str(server[name]))
    page.get_by_label("elsewhere; a reference says where").check()
    page.get_by_label("Password reference").fill(server["password"])
    page.get_by_role("button", name="Save").click()
    # A server that nobody has tested is not believed to answer.
    expect(step(page, "Test the connection")).to_contain_text("1 of 1 servers has not been tested yet.")
    page.get_by_role("link", name=f"Test {SERVER}").click()
    page.get_by_role("button", name="Test without saving").click()
    expect(page.locator("#connection-report table")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(step(page, "Test the connection")).to_contain_text("1 server has answered.")


def import_center(page: Page, document: dict[str, Any], center: dict[str, Any]) -> None:
    expect(current(page)).to_have_text("Centers")
    page.get_by_role("link", name="Import a file").click()
    servers = {SERVER: document["servers"][SERVER]}
    page.locator("#id_text").fill(yaml.safe_dump({"servers": servers, "centers": [center]}))
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(step(page, "Centers")).to_contain_text("There is 1 center.")


def discover(page: Page) -> None:
    expect(current(page)).to_have_text("Discover")
    page.get_by_role("button", name="Discover 1 center").click()
    # The page must move by itself: a worker looks at the source, and the poll shows its end.
    expect(page.locator("#discovery-progress .badge-state").first).to_have_text("finished", timeout=60_000)
    expect(page.locator("#discovery-progress")).not_to_have_attribute("hx-trigger", re.compile("."))
    page.get_by_role("link", name="Continue with adding centers").click()
    expect(step(page, "Discover")).to_contain_text("1 center has a mapping.")


def approve(page: Page, installation: Installation, center_id: str) -> None:
    expect(current(page)).to_have_text("Review")
    page.get_by_role("link", name="Show what waits").click()
    expect(page.get_by_role("row", name=center_id)).to_contain_text("waiting for review")
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/mappings/{center_id}/1/")
    page.get_by_label("I have looked at all fields.").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved").first).to_be_visible()


def run_for_the_first_time(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/onboarding/")
    expect(current(page)).to_have_text("First run")
    page.get_by_role("link", name="Prepare the run of 1 center").click()
    expect(page.get_by_label("Only centers that are ready and were never extracted")).to_be_checked()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#run-progress .badge-state").first).to_have_text("succeeded", timeout=60_000)
    page.goto(f"{installation.url}/onboarding/")
    expect(page.get_by_text("Everything is set up")).to_be_visible()
    expect(page.locator('[aria-current="step"]')).to_have_count(0)


def fill_center(page: Page, center: dict[str, Any]) -> None:
    for name, key in (("center_id", "id"), ("name", "name"), ("city", "city"), ("database", "database")):
        page.locator(f"#id_{name}").fill(center[key])
    page.locator("#id_server").select_option(index=1)
    page.get_by_role("button", name="Save").click()


def discover_without_javascript(browser: Browser, installation: Installation) -> None:
    """The next center by links and forms alone; somebody without scripts reloads the progress."""
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        page = context.new_page()
        sign_in(page, installation, "admin")
        page.goto(f"{installation.url}/onboarding/")
        page.get_by_role("button", name="Discover 1 center").click()
        badge = page.locator("#discovery-progress .badge-state").first
        for _reload in range(MOST_RELOADS):
            if badge.inner_text().strip() == "finished":
                break
            page.wait_for_timeout(PAUSE_MS)
            page.reload()
        page.get_by_role("link", name="Continue with adding centers").click()
        expect(step(page, "Review")).to_contain_text("1 of 2 mappings waits for a reviewer.")
