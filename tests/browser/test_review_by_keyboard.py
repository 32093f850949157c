"""A review by keyboard alone: from the queue to five approvals; what the keys are, and how they are switched off."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.test_accessibility import violations
from tests.browser.waiting_drafts import RUNNER_UP

pytestmark = pytest.mark.browser
_CALL = "from tests.browser import waiting_drafts; waiting_drafts.{0}"
_STATES = """
import json
from mappings.models import Mapping
rows = Mapping.objects.filter(center__center_id__startswith={0!r}).order_by("pk")
print(json.dumps([[mapping.center.center_id, mapping.status] for mapping in rows.select_related("center")]))
"""


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def counted(self) -> int:
        """How many since it was last asked."""
        pressed, self.pressed = self.pressed, 0
        return pressed


def run(installation: Installation, script: str) -> str:
    return installation.manage("shell", "--verbosity", "0", "--command", script)


def statuses(installation: Installation, group: str) -> list[list[str]]:
    """Center and status of every version of `group`."""
    found: list[list[str]] = json.loads(run(installation, _STATES.format(group)))
    return found


def queue_of(page: Page, installation: Installation, group: str, count: int) -> Keys:
    """The reviewer is on the queue of `count` new centers, with nothing touched yet."""
    run(installation, _CALL.format(f"wait({group!r}, {count})"))
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/review/?region={group}")
    expect(page.locator("tr[data-key-row]")).to_have_count(count)
    return Keys(page)


def is_open(page: Page, center_id: str) -> None:
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_contain_text(center_id)
    expect(page.locator("[data-keys-help]")).to_be_visible()


def test_five_centers_from_the_queue_to_their_approval(page: Page, installation: Installation) -> None:
    """Two keys into the queue, then three for each center.

    Every policy leaves the critical fields to a person, so the confirmation gets the focus and is ticked on the way.
    """
    keys = queue_of(page, installation, "keys", 6)
    keys.press("j", "Enter")
    counts = [keys.counted()]
    for number in range(1, 6):
        is_open(page, f"keys_{number}")
        keys.press("Control+Enter")
        expect(page.get_by_label("I have looked at all fields.")).to_be_focused()
        keys.press("Space", "Control+Enter")
        expect(page.get_by_text("Version 1 is approved.")).to_be_visible()
        counts.append(keys.counted())
    assert counts == [2, 3, 3, 3, 3, 3]
    is_open(page, "keys_6")
    keys.press("n")
    expect(page.get_by_text("Nothing else of this list waits for you.")).to_be_visible()
    assert page.url == f"{installation.url}/review/?region=keys"
    expected = [[f"keys_{number}", "approved"] for number in range(1, 6)]
    assert statuses(installation, "keys_") == [*expected, ["keys_6", "draft"]]


def test_fields_are_marked_and_corrected_by_keyboard(page: Page, installation: Installation) -> None:
    """A mark is about what is saved, so it waits for a choice that is not."""
    keys = queue_of(page, installation, "marks", 1)
    keys.press("j", "Enter")
    is_open(page, "marks_1")
    keys.press("j", "a")
    expect(page.locator('[id="field-PATIENT"] .look')).to_have_attribute("data-verdict", "right")
    row = page.locator('[id="field-KARTEI.BEMERKUNG"]')
    while "KARTEI.BEMERKUNG" not in (page.evaluate("document.activeElement.id") or ""):
        keys.press("j")
        assert keys.pressed < 40
    keys.press("u")
    select = page.get_by_label("Physical column of KARTEI.BEMERKUNG")
    expect(select.locator("option:checked")).to_contain_text(RUNNER_UP)
    expect(row.get_by_text("not saved yet")).to_be_visible()
    keys.press("a", "r", "Control+Enter")
    expect(page.locator("#live")).to_have_text("Not saved yet. Save first, then decide.")
    expect(row.get_by_role("button", name="KARTEI.BEMERKUNG is right")).to_be_disabled()
    expect(page.get_by_role("button", name="Approve and next")).to_be_disabled()
    expect(row.locator(".look")).to_have_attribute("data-verdict", "")
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]
    row.focus()
    keys.press("s")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.url == f"{installation.url}/mappings/marks_1/1/?queue=region%3Dmarks"
    expect(select.locator("option:checked")).to_contain_text(RUNNER_UP)
    expect(row.get_by_text("not saved yet")).to_be_hidden()
    assert statuses(installation, "marks_") == [["marks_1", "draft"]]


def test_choice_taken_back_can_be_marked_again(page: Page, installation: Installation) -> None:
    queue_of(page, installation, "back", 1).press("j", "Enter")
    is_open(page, "back_1")
    row = page.locator('[id="field-KARTEI.BEMERKUNG"]')
    right = row.get_by_role("button", name="KARTEI.BEMERKUNG is right")
    row.evaluate("row => { row.tabIndex = -1; row.focus(); }")
    page.keyboard.press("u")
    expect(right).to_be_disabled()
    page.keyboard.press("u")
    expect(right).to_be_enabled()
    expect(row.get_by_text("not saved yet")).to_be_hidden()


def test_what_the_values_mean_is_marked_by_keyboard_too(page: Page, installation: Installation) -> None:
    """Insurance codes and patient ids are rows like the fields; a code that was typed waits for its saving."""
    keys = queue_of(page, installation, "codes", 1)
    keys.press("j", "Enter")
    is_open(page, "codes_1")
    keys.press("k")
    ids, codes = page.locator('[id="field-patient_id_form"]'), page.locator('[id="field-insurance_codes"]')
    expect(ids).to_be_focused()
    keys.press("a")
    expect(ids.locator(".look")).to_have_attribute("data-verdict", "right")
    keys.press("k")
    expect(codes).to_be_focused()
    codes.get_by_label("Code 2", exact=True).fill("B")
    expect(codes.get_by_text("not saved yet")).to_be_visible()
    expect(codes.get_by_role("button", name="insurance_codes is right")).to_be_disabled()
    assert [violations(page, scheme) for scheme in ("light", "dark")] == [[], []]
    codes.get_by_label("Code 2", exact=True).fill("")
    codes.get_by_role("button", name="insurance_codes is right").click()
    expect(codes.locator(".look")).to_have_attribute("data-verdict", "right")
    expect(page.locator("#looks-left")).to_have_attribute("data-left", "27")


def test_help_names_every_key_and_each_has_a_visible_control(page: Page, installation: Installation) -> None:
    keys = queue_of(page, installation, "help", 1)
    keys.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.locator("kbd")).to_have_text(["j", "k", "Enter", "?"])
    keys.press("Escape", "j", "Enter")
    is_open(page, "help_1")
    keys.press("?")
    expect(dialog.locator("kbd")).to_have_text(["j", "k", "Enter", "u", "s", "/", "a", "r", "Ctrl", "Enter", "n", "?"])
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    row = page.locator('[id="field-KARTEI.BEMERKUNG"]')
    controls = {
        "j": page.get_by_role("button", name="Next field"),
        "k": page.get_by_role("button", name="Previous field"),
        "Enter": row.locator("summary").first,
        "u": row.get_by_role("combobox"),
        "s": page.get_by_role("button", name="Save", exact=True).first,
        "/": page.get_by_label("Search all columns"),
        "a": row.get_by_role("button", name="KARTEI.BEMERKUNG is right"),
        "r": row.get_by_role("button", name="KARTEI.BEMERKUNG is not right"),
        "Control+Enter": page.get_by_role("button", name="Approve and next"),
        "n": page.get_by_role("link", name="Skip", exact=True),
        "?": page.get_by_role("button", name="Keys"),
    }
    assert [key for key, control in controls.items() if not control.is_visible()] == []
    controls["j"].click()
    expect(page.locator('[id="field-PATIENT"]')).to_be_focused()


def test_keys_that_are_switched_off_stay_off(page: Page, installation: Installation) -> None:
    keys = queue_of(page, installation, "off", 1)
    keys.press("?", "Tab", "Shift+Tab")
    switch = page.locator("#keys-off")
    switch.focus()
    keys.press("Space", "Escape")
    page.reload()
    for key in ("j", "?"):
        keys.press(key)
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body") is True
    page.locator("[data-keys-help]").press("Enter")
    expect(switch).to_be_checked()
    switch.focus()
    keys.press("Space", "Escape")
    page.reload()
    keys.press("j")
    expect(page.get_by_role("link", name="off_1, version 1")).to_be_focused()
