"""Two reviewers at once: a draft that changes under somebody's eyes, and a race for one decision."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.test_accessibility import violations
from tests.browser.waiting_drafts import RUNNER_UP

pytestmark = pytest.mark.browser
_CALL = "from tests.browser import waiting_drafts; waiting_drafts.{0}"
_STATE = """
import json
from mappings.models import Mapping
mapping = Mapping.objects.get(center__center_id={0!r}, version=1)
reviewer = mapping.reviewer.get_username() if mapping.reviewer else ""
column = mapping.document().table("KARTEI").column("BEMERKUNG")
print(json.dumps([mapping.status, reviewer, sorted(dict(mapping.document().insurance_codes)), column]))
"""
CHANGED = "Version 1 was changed after you opened it. Look at the new content, then decide."


@pytest.fixture
def second(browser: Browser, installation: Installation) -> Iterator[Page]:
    """The other reviewer's browser."""
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        sign_in(page, installation, "reviewer2")
        yield page


def run(installation: Installation, script: str) -> str:
    return installation.manage("shell", "--verbosity", "0", "--command", script)


def state_of(installation: Installation, center_id: str) -> list[object]:
    """Status, reviewer, insurance codes and the column of KARTEI.BEMERKUNG of the first version."""
    found: list[object] = json.loads(run(installation, _STATE.format(center_id)))
    return found


def both_look(group: str, count: int, installation: Installation, *pages: Page) -> None:
    """`pages` show the first of `count` new centers, reached from the queue of its group."""
    run(installation, _CALL.format(f"wait({group!r}, {count})"))
    for page in pages:
        page.goto(f"{installation.url}/review/?region={group}")
        page.get_by_role("link", name=f"{group}_1, version 1").click()
        expect(page.get_by_role("button", name="Approve and next")).to_be_enabled()


def approve(page: Page) -> None:
    page.get_by_label("I have looked at all fields.").check()
    page.get_by_role("button", name="Approve and next").click()


def test_draft_that_changes_meanwhile_is_not_approved_unseen(
    page: Page, second: Page, installation: Installation
) -> None:
    sign_in(page, installation, "reviewer")
    both_look("stale", 2, installation, page, second)
    run(installation, _CALL.format("edit_draft('stale_1', 'admin')"))
    banner = page.locator("#stale")
    expect(banner).to_contain_text(CHANGED, timeout=30_000)
    expect(banner).to_contain_text("Last edited by admin")
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]
    approve(page)
    expect(page.locator("main [role=alert]").first).to_contain_text(CHANGED)
    assert state_of(installation, "stale_1") == ["draft", "", ["B", "P"], "BEMERKUNG"]
    # The page that refuses is the way on: it shows what is there now, still on the way through the queue.
    shown = page.locator("input[name^='code.']").evaluate_all("inputs => inputs.map((input) => input.value)")
    assert sorted(filter(None, shown)) == ["B", "P"]
    approve(page)
    expect(page.get_by_role("status").first).to_contain_text("Version 1 is approved.")
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text("stale_2")
    assert state_of(installation, "stale_1") == ["approved", "reviewer", ["B", "P"], "BEMERKUNG"]


def test_second_of_two_sees_who_won_and_goes_on(page: Page, second: Page, installation: Installation) -> None:
    sign_in(page, installation, "reviewer")
    both_look("race", 2, installation, page, second)
    second.get_by_label("Reason").fill("Compared with the practice's own list.")
    approve(second)
    expect(second.get_by_role("navigation", name="Breadcrumbs")).to_contain_text("race_2")
    approve(page)
    refusal = page.locator("main [role=alert]").first
    expect(refusal).to_contain_text("Version 1 is already approved, by reviewer2 on ")
    expect(page.locator("dl div").filter(has_text="Reason")).to_contain_text("Compared with the practice's own list.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert state_of(installation, "race_1")[:2] == ["approved", "reviewer2"]
    page.get_by_role("link", name="On to the next version").click()
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text("race_2")


def test_rejection_by_the_other_is_seen_with_its_reason(page: Page, second: Page, installation: Installation) -> None:
    sign_in(page, installation, "reviewer")
    both_look("lost", 1, installation, page, second)
    second.get_by_label("Reason").fill("The wrong table.")
    second.get_by_role("button", name="Reject and next").click()
    expect(second.get_by_text("Nothing else of this list waits for you.")).to_be_visible()
    expect(page.locator("#stale")).to_contain_text("Version 1 is already rejected, by reviewer2 on ", timeout=30_000)
    page.locator("#stale").get_by_role("link", name="Show the version as it is now").click()
    expect(page.get_by_text("The wrong table.")).to_be_visible()


def test_edit_over_a_newer_one_loses_neither(page: Page, second: Page, installation: Installation) -> None:
    sign_in(page, installation, "reviewer")
    both_look("edits", 1, installation, page, second)
    run(installation, _CALL.format("edit_draft('edits_1', 'admin')"))
    page.get_by_label("Physical column of KARTEI.BEMERKUNG").select_option(value=RUNNER_UP)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("main [role=alert]").first).to_contain_text(CHANGED)
    kept = page.get_by_role("table", name="Choices that were not saved")
    expect(kept.get_by_role("row", name="KARTEI.BEMERKUNG")).to_contain_text(RUNNER_UP)
    expect(kept.get_by_role("row", name="insurance_codes.B")).to_contain_text("GKV")
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]
    assert state_of(installation, "edits_1") == ["draft", "", ["B", "P"], "BEMERKUNG"]
    page.get_by_role("button", name="Save mine in place of what is there").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.url == f"{installation.url}/mappings/edits_1/1/?queue=region%3Dedits"
    assert state_of(installation, "edits_1") == ["draft", "", ["P"], RUNNER_UP]
