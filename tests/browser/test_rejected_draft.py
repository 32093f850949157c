"""A draft is rejected, and its reason is wherever somebody looks for it: the version, the center, the timeline."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTER = "center_25"
REASON = "BEMERKUNG is the billing text; the chart is in <KARTEITEXT>."
VERSIONS = "Versions of the mapping, the newest first"


@pytest.fixture
def draft(installation: Installation, tmp_path: Path) -> str:
    """The page of a center's proposal."""
    file = centers_file(installation, tmp_path / "centers.yml", [CENTER])
    chosen = f"--center={CENTER}"
    installation.manage_all(("import_centers", file), ("discover_raw", chosen), ("generate_mappings", chosen))
    return f"{installation.url}/mappings/{CENTER}/1/"


def test_reason_is_on_the_version_the_center_and_the_timeline(
    page: Page, installation: Installation, draft: str
) -> None:
    sign_in(page, installation, "reviewer")
    page.goto(draft)
    reject_with_a_reason(page)
    the_version_says_why(page)
    the_center_says_why(page)
    the_timeline_says_why(page)
    what_is_rejected_comes_back_as_a_draft(page)


def reject_with_a_reason(page: Page) -> None:
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_have_text("Say why you reject this version.")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_have_text("Version 1 is rejected.")


def the_version_says_why(page: Page) -> None:
    """Who said it is there too, and nothing that decides it again."""
    expect(page.locator(".page-header .badge-state")).to_have_text("rejected")
    expect(page.locator("main .notice").filter(has=page.get_by_text("Rejected", exact=True))).to_contain_text(REASON)
    expect(page.locator("dl div").filter(has_text="Reviewer").locator("dd")).to_contain_text("reviewer")
    for name in ("Approve", "Reject", "Save", "Submit for review"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)


def the_center_says_why(page: Page) -> None:
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name=CENTER).click()
    row = page.get_by_role("table", name=VERSIONS).get_by_role("row", name="Version 1")
    expect(row.locator(".badge-state")).to_have_text("rejected")
    expect(row.get_by_role("cell", name=REASON)).to_be_visible()


def the_timeline_says_why(page: Page) -> None:
    page.get_by_role("link", name="Timeline").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Rejected"))
    expect(row.get_by_role("cell").last).to_have_text("reviewer")
    row.get_by_role("link", name=f"Version 1: {REASON}").click()
    expect(page.locator(".page-header .badge-state")).to_have_text("rejected")


def what_is_rejected_comes_back_as_a_draft(page: Page) -> None:
    """As another version; the rejected one keeps its reason."""
    page.get_by_role("button", name="Restore as a new draft").click()
    expect(page.get_by_role("status")).to_have_text("The content is back as version 2.")
    expect(page.get_by_text(REASON)).to_have_count(0)
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name=CENTER).click()
    versions = page.get_by_role("table", name=VERSIONS)
    expect(versions.locator(".badge-state")).to_have_text(["draft", "rejected"])
    expect(versions.get_by_role("cell", name=REASON)).to_have_count(1)
