"""Identical changes of twelve centers, approved together and undone, with JavaScript switched off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTERS = tuple(f"center_{number:02d}" for number in range(13, 25))
CODE = "B"
# The admin gives every center the same further insurance code.
_EDIT = f"""
from dataclasses import replace
from django.contrib.auth.models import User
from mappings.models import Mapping
from mappings.versions import edit, restore
admin = User.objects.get(username="admin")
for mapping in Mapping.objects.filter(center__center_id__in={CENTERS!r}, status="approved"):
    draft = restore(mapping, admin)
    codes = (*draft.document().insurance_codes, ({CODE!r}, "GKV"))
    edit(draft, replace(draft.document(), insurance_codes=codes), admin)
"""
_STATES = f"""
import json
from mappings.models import Mapping
rows = Mapping.objects.filter(center__center_id__in={CENTERS!r}).order_by("center__center_id", "version")
print(json.dumps(list(rows.values_list("center__center_id", "version", "status"))))
"""
_EVENTS = f"""
import json
from dentalhub.models import AuditEvent
targets = [f"mappings.mapping:{{center}} v{{number}}" for center in {CENTERS!r} for number in (1, 2, 3)]
rows = AuditEvent.objects.filter(target__in=targets, actor_name="reviewer").order_by("target", "pk")
print(json.dumps(list(rows.values_list("target", "action"))))
"""


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no script."""
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        yield context.new_page()


@pytest.fixture
def changed(installation: Installation, tmp_path: Path) -> None:
    """Twelve centers with an approved version each, and the same edit of all of them."""
    file = centers_file(installation, tmp_path / "centers.yml", CENTERS)
    chosen = [f"--center={center}" for center in CENTERS]
    approvals = [("approve_mapping", center, "--version=1", "--as=reviewer2") for center in CENTERS]
    installation.manage_all(
        ("import_centers", file), ("discover_raw", *chosen), ("generate_mappings", *chosen), *approvals
    )
    installation.manage("shell", "--verbosity", "0", "--command", _EDIT)


def rows_of(installation: Installation, script: str) -> list[list[object]]:
    """What `script` prints as JSON."""
    found: list[list[object]] = json.loads(installation.manage("shell", "--verbosity", "0", "--command", script))
    return found


def states(installation: Installation) -> list[list[object]]:
    """Center, version and status of every version."""
    return rows_of(installation, _STATES)


def events(installation: Installation) -> list[list[object]]:
    """Version and action of everything that the reviewer did, as the trail of changes has it."""
    return rows_of(installation, _EVENTS)


def expected(*statuses: str) -> list[list[object]]:
    """The same versions in every center."""
    return [[center, number, status] for center in CENTERS for number, status in enumerate(statuses, start=1)]


def events_of_centers(*expected: tuple[str, str]) -> list[list[object]]:
    """The same events in every center."""
    return [[f"mappings.mapping:{center} {version}", action] for center in CENTERS for version, action in expected]


def test_twelve_identical_changes_are_approved_at_once_and_undone(
    plain_page: Page, installation: Installation, changed: None
) -> None:
    page = plain_page
    sign_in(page, installation, "reviewer")
    page.get_by_role("link", name="Waiting for me").click()
    page.get_by_role("link", name="Identical changes").click()
    page.get_by_role("row", name=f"insurance_codes.{CODE}").get_by_role("link", name="12 centers").click()
    common = page.get_by_role("table", name="The common changes").locator("tbody").locator("th, td")
    expect(common).to_have_text([f"insurance_codes.{CODE}", "–", "GKV"])
    rows = page.get_by_role("table", name="Centers with these changes").locator("tbody tr")
    expect(rows).to_have_count(12)
    for number, center in enumerate(CENTERS):
        expect(rows.nth(number)).to_contain_text(center)
        expect(rows.nth(number)).to_contain_text(f"insurance_codes.{CODE}")
        expect(rows.nth(number).get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Approve the ticked centers").click()
    expect(page.get_by_role("status")).to_have_text("Centers: 12 approved, 0 refused, 0 undone.")
    assert states(installation) == expected("superseded", "approved")
    assert events(installation) == events_of_centers(("v2", "mapping.approved"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Centers: 12 approved, 0 refused, 12 undone.")).to_be_visible()
    assert states(installation) == expected("superseded", "superseded", "approved")
    assert events(installation) == events_of_centers(
        ("v2", "mapping.approved"), ("v2", "mapping.approval_undone"), ("v3", "mapping.approved")
    )
