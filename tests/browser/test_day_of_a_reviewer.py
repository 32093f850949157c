"""The day of a reviewer: eight versions wait, seven of new centers and one of a center that drifted; keys only."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
GROUP, COUNT = "eight", 8
_WAIT = f"from tests.browser import waiting_drafts; waiting_drafts.wait_with_drift({GROUP!r}, {COUNT})"
_APPROVED = f"""
import json
from dentalhub.models import AuditEvent
rows = AuditEvent.objects.filter(
    action="mapping.approved", actor_name="reviewer", target__startswith="mappings.mapping:{GROUP}_"
)
print(json.dumps(sorted(rows.values_list("target", flat=True))))
"""


def test_day_of_a_reviewer(page: Page, installation: Installation) -> None:
    installation.manage("shell", "--verbosity", "0", "--command", _WAIT)
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/review/?region={GROUP}")
    rows = page.locator("tr[data-key-row]")
    expect(rows).to_have_count(COUNT)
    expect(rows.filter(has_text="drift")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for number in range(1, COUNT):
        is_open(page, f"{GROUP}_{number}")
        approve_and_go_on(page)
    is_open(page, f"{GROUP}_{COUNT}")
    decide_the_drift(page)
    expect(page.locator("#queue-table tbody tr")).to_have_count(0)
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    see_it_recorded(page, installation)


def is_open(page: Page, center_id: str) -> None:
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text(center_id)
    expect(page.locator("[data-keys-help]")).to_be_visible()


def approve_and_go_on(page: Page) -> None:
    """What the policy leaves to a person is confirmed on the way."""
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("I have looked at all fields.")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("is approved.")


def decide_the_drift(page: Page) -> None:
    """The column that has another name now is looked at and marked; the approval follows."""
    expect(page.get_by_role("heading", name="Look here first")).to_be_visible()
    link = page.get_by_role("link", name="1 change since the approved version 1")
    link.press("Enter")
    expect(page.locator("#changes")).to_be_in_viewport()
    expect(page.locator("#changes")).to_contain_text("BEMERKUNG_Z9Z")
    while "KARTEI.BEMERKUNG" not in (page.evaluate("document.activeElement.id") or ""):
        page.keyboard.press("j")
    # One too far, and back.
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.locator('[id="marks-KARTEI.BEMERKUNG"]')).to_have_attribute("data-verdict", "right")
    approve_and_go_on(page)


def see_it_recorded(page: Page, installation: Installation) -> None:
    """Eight events in the trail, as the auditor finds them."""
    targets: list[str] = json.loads(installation.manage("shell", "--verbosity", "0", "--command", _APPROVED))
    versions = [1] * (COUNT - 1) + [2]
    assert targets == [
        f"mappings.mapping:{GROUP}_{number} v{version}" for number, version in enumerate(versions, start=1)
    ]
    sign_in(page, installation, "auditor")
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_label("Region").fill(GROUP)
    page.get_by_label("Action").select_option("mapping.approved")
    page.get_by_label("Person").fill("reviewer")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#event-table tbody tr", has=page.get_by_text("reviewer", exact=True))).to_have_count(COUNT)
