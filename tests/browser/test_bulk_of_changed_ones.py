"""Twelve identical changes in doubt, one of which somebody edits while the preview is open: eleven are approved."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
_CALL = "from tests.browser import waiting_drafts; waiting_drafts.{0}"
_STATES = """
import json
from mappings.models import Mapping
rows = Mapping.objects.filter(center__server__code="twelve").order_by("center__pk", "version")
print(json.dumps([status for _center, status in rows.values_list("center", "status")]))
"""
FIELD = "KARTEI.BEMERKUNG"


def run(installation: Installation, script: str) -> str:
    return installation.manage("shell", "--verbosity", "0", "--command", script)


def test_one_that_changed_meanwhile_is_left_out(page: Page, installation: Installation) -> None:
    run(installation, _CALL.format("wait_alike('twelve', 12)"))
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/review/alike/")
    page.get_by_role("row", name=FIELD).get_by_role("link", name="12 centers").click()
    preview = page.url
    nothing_is_approved_that_nobody_saw(page)
    page.goto(preview)
    page.get_by_label("I have looked at the 1 choice that needs a look, in every ticked center.").check()
    run(installation, _CALL.format("edit_newest('twelve_7', 'admin')"))
    page.get_by_role("button", name="Approve the ticked centers").click()
    expect(page.get_by_role("status")).to_have_text("Centers: 11 approved, 1 refused, 0 undone.")
    refused = page.get_by_role("row").filter(has_text="twelve_7")
    expect(refused).to_contain_text("Version 2 was changed after you opened it. Look at the new content, then decide.")
    eleven = ["superseded", "approved"] * 11
    assert json.loads(run(installation, _STATES)) == [*eleven[:12], "approved", "draft", *eleven[12:]]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Centers: 11 approved, 1 refused, 11 undone.")).to_be_visible()
    undone = ["superseded", "superseded", "approved"] * 11
    assert json.loads(run(installation, _STATES)) == [*undone[:18], "approved", "draft", *undone[18:]]


def nothing_is_approved_that_nobody_saw(page: Page) -> None:
    """The preview leads to the reasons and values of one center; a mark there is enough for the other eleven."""
    expect(page.get_by_role("button", name="Approve the ticked centers")).to_be_disabled()
    expect(page.get_by_role("note")).to_contain_text(f"Marked as right in none of these centers: {FIELD}")
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]
    page.get_by_role("link", name="Open twelve_1, version 2").click()
    page.get_by_role("button", name=f"{FIELD} is right", exact=True).click()
    expect(page.locator(f'[data-look="{FIELD}"]')).to_have_attribute("data-verdict", "right")
