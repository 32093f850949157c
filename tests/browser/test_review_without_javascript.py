"""A whole review with JavaScript switched off: from the queue by way of a correction to four eyes and the next one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.entry_csv import truth_of
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTER, REFUSED, SKIPPED = CENTERS = ("center_26", "center_27", "center_28")
FIELD, WRONG = "KASSEN.ID", "KARTEI.BEMERKUNG"
COMMENT = "The first one holds the numbers of the insurers themselves."
REASON = "The practice changes its software next week."
_SUBMIT = f"""
from django.contrib.auth.models import User
from mappings.approval import submit
from mappings.models import Mapping
for mapping in Mapping.objects.filter(center__center_id__in={(REFUSED, SKIPPED)!r}):
    submit(mapping, User.objects.get(username="admin"))
"""


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no script."""
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        yield context.new_page()


@pytest.fixture
def drafted(installation: Installation, tmp_path: Path) -> dict[str, Any]:
    """Three proposals, two of which the admin has submitted; the ground truth of the first one."""
    file = centers_file(installation, tmp_path / "centers.yml", CENTERS)
    chosen = [f"--center={center}" for center in CENTERS]
    # One after the other: the queue is in the order in which the proposals were made.
    proposals = [("generate_mappings", center) for center in chosen]
    installation.manage_all(("import_centers", file), ("discover_raw", *chosen), *proposals)
    installation.manage("shell", "--verbosity", "0", "--command", _SUBMIT)
    return truth_of(installation.network, CENTER)


def test_from_the_queue_to_four_eyes_and_the_next_version(
    plain_page: Page, installation: Installation, drafted: dict[str, Any]
) -> None:
    right = drafted["mapping"]["KASSEN"]["columns"]["ID"]
    open_from_queue(plain_page, installation, "reviewer", "draft")
    choose_runner_up(plain_page, right)
    search_for(plain_page, right)
    decide_fields(plain_page)
    submit(plain_page)
    open_from_queue(plain_page, installation, "reviewer2", "in review")
    approve_after_looking(plain_page)
    reject_with_a_reason(plain_page)
    skip_the_last(plain_page)


def row(page: Page, key: str) -> Locator:
    return page.locator(f'[id="field-{key}"]')


def column(page: Page) -> Locator:
    return page.get_by_label(f"Physical column of {FIELD}")


def open_from_queue(page: Page, installation: Installation, person: str, status: str) -> None:
    """The first of the Swiss versions with this status that wait for `person`."""
    sign_in(page, installation, person)
    page.get_by_role("link", name="Waiting for me").click()
    page.get_by_label("Region").select_option(label="Switzerland")
    page.get_by_label("Status").select_option(label=status)
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=f"{CENTER}, version 1").click()
    expect(page.get_by_role("button", name="Approve and next")).to_be_visible()


def choose_runner_up(page: Page, right: str) -> None:
    """What was considered is in the evidence and among the candidates of the select."""
    considered = row(page, FIELD).locator(".runners-up li .mono").first.text_content()
    assert considered is not None
    expect(column(page)).to_have_value(right)
    column(page).select_option(label=considered)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(column(page)).to_have_value(considered.partition(" ")[0])


def search_for(page: Page, right: str) -> None:
    """A column among all of the source, used for the field without leaving the queue."""
    page.get_by_label("Search all columns").fill(right)
    page.get_by_label("For the field").select_option(FIELD)
    page.get_by_role("button", name="Search", exact=True).click()
    found = page.get_by_role("table", name="Columns that were found").locator("tbody tr").first
    expect(found).to_contain_text(right)
    found.get_by_role("button", name=f"for {FIELD}").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(column(page)).to_have_value(right)


def decide_fields(page: Page) -> None:
    """A comment, a field that is not right, and that taken back; the own choice is for others to look at."""
    write(page, FIELD, COMMENT)
    row(page, FIELD).get_by_role("button", name="Keep the comment").click()
    expect(row(page, FIELD).get_by_text("1 comment", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"{FIELD} is right", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("a second person must look at it")
    write(page, WRONG, "This is the old column.")
    page.get_by_role("button", name=f"{WRONG} is not right").click()
    expect(row(page, WRONG)).to_contain_text("looked at by reviewer: not right – This is the old column.")
    expect(page.locator("#looks-left")).to_contain_text(f"Marked as not right: {WRONG}.")
    page.get_by_role("button", name=f"Take back what was said about {WRONG}").click()
    expect(page.locator("#looks-left")).not_to_contain_text("not right")


def write(page: Page, key: str, text: str) -> None:
    row(page, key).get_by_text("Comment", exact=True).click()
    page.get_by_label(f"Comment on {key}").fill(text)


def submit(page: Page) -> None:
    """Who edited a version asks others to decide about it."""
    expect(page.get_by_text("You edited this version yourself: a second person must approve it.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and next")).to_be_disabled()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("Version 1 waits for a reviewer.")


def approve_after_looking(page: Page) -> None:
    """The second person reads what the first one wrote, and cannot approve what was not looked at."""
    row(page, FIELD).get_by_text("1 comment", exact=True).click()
    expect(row(page, FIELD)).to_contain_text(COMMENT)
    left = page.locator("#looks-left")
    number = int(left.get_attribute("data-left") or 0)
    page.get_by_role("button", name=f"{FIELD} is right", exact=True).click()
    expect(row(page, FIELD)).to_contain_text("looked at by reviewer2: right")
    expect(left).to_have_attribute("data-left", str(number - 1))
    approve = page.get_by_role("button", name="Approve and next")
    approve.click()
    expect(approve).to_be_visible()
    assert page.get_by_label("I have looked at all fields.").evaluate("box => box.validity.valueMissing")
    page.get_by_label("I have looked at all fields.").check()
    approve.click()
    expect(page.get_by_role("status")).to_contain_text("Version 1 is approved.")
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text(REFUSED)


def reject_with_a_reason(page: Page) -> None:
    """Refused without a reason, and still on the way through the queue with one."""
    reject = page.get_by_role("button", name="Reject and next")
    reject.click()
    expect(page.get_by_role("alert")).to_contain_text("Say why you reject this version.")
    page.get_by_label("Reason").fill(REASON)
    reject.click()
    expect(page.get_by_role("status")).to_contain_text("Version 1 is rejected.")
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text(SKIPPED)


def skip_the_last(page: Page) -> None:
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page.get_by_text("Nothing else of this list waits for you.")).to_be_visible()
    expect(page.get_by_label("Region")).to_have_value("switzerland")
    expect(page.get_by_label("Status")).to_have_value("in_review")
    expect(page.locator("#queue-table")).to_contain_text(f"{SKIPPED}, version 1")
