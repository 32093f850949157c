"""A browser keeps nothing of a patient: not in its storages and addresses, not in the files of its profile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.security.canaries import PATIENTS, STEM
from tests.security.canary_search import canaries_in, canaries_in_files

pytestmark = pytest.mark.browser
CENTER, DAY = "center_78", "2025-03-04"
PATIENT = str(PATIENTS + 4711)
LAND = f"""
import datetime as dt
from dataclasses import replace
from tests.extraction.builders import center, entry
from tests.extraction.landed_entries import land_entries
rows = [
    entry("{PATIENT}", "{STEM}t1 Füllung", row="1")._replace(insurance_name="{STEM}i1", service_codes=("{STEM}c1",)),
    entry("{STEM}p2", "{STEM}t2 Prophylaxe", row="2"),
]
land_entries(center(78), dt.date.fromisoformat("{DAY}"), *rows)
"""
STORED = """async () => JSON.stringify({
  local: {...localStorage},
  session: {...sessionStorage},
  cookies: document.cookie,
  databases: (await indexedDB.databases()).map(found => found.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  state: history.state,
  loaded: performance.getEntries().map(entry => entry.name),
  address: location.href,
  title: document.title,
  window: window.name,
})"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the browser keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def browser(
    profile: Path, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[BrowserContext]:
    """One with a profile on disk, as people's have."""
    context = browser_type.launch_persistent_context(profile, accept_downloads=True, **browser_type_launch_args)
    yield context
    context.close()


def test_nothing_of_a_patient_stays_in_the_browser(
    browser: BrowserContext, profile: Path, installation: Installation
) -> None:
    installation.manage("shell", "-c", LAND)
    page = browser.pages[0]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers}"))
    kept: list[str] = []
    for step in (look_and_search, see_patients, take_away, answer_a_request):
        step(page, installation)
        kept.append(page.evaluate(STORED))
    page.goto(f"{installation.url}/")
    kept.append(page.evaluate(STORED))
    assert canaries_in(str(sent)) == set()
    assert canaries_in(str(kept)) == set()
    assert canaries_in(str(browser.cookies())) == set()
    # Written down when it ends at the latest.
    browser.close()
    assert canaries_in_files(profile) == {}
    assert any(profile.rglob("History"))


def test_what_a_page_does_keep_is_found(browser: BrowserContext, profile: Path, installation: Installation) -> None:
    """The same search after pages that keep something; else that nothing is there would say nothing."""
    page = browser.pages[0]
    page.goto(f"{installation.url}/accounts/login/?next=/{STEM}t1")
    page.evaluate(f"localStorage.setItem('a', '{STEM}t2'); sessionStorage.setItem('b', '{STEM}t3')")
    page.evaluate(f"document.cookie = 'c={STEM}t4; max-age=3600'; document.title = '{STEM}t5'")
    page.evaluate(f"caches.open('{STEM}t6').then(cache => cache.put('/x', new Response('{STEM}t7')))")
    assert {f"{STEM}t{number}" for number in range(1, 7)} <= canaries_in(page.evaluate(STORED))
    browser.close()
    found: set[str] = set().union(*canaries_in_files(profile).values())
    assert {f"{STEM}t1", f"{STEM}t2", f"{STEM}t6"} <= found


def look_and_search(page: Page, installation: Installation) -> None:
    """Pages with texts, a search as it is typed, an entry, and the way back."""
    sign_in(page, installation, "analyst")
    page.goto(f"{installation.url}/results/?center={CENTER}")
    rows = page.get_by_role("table", name="Chart entries by date").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label("Text").press_sequentially(f"{STEM}t1", delay=20)
    expect(rows).to_have_count(1)
    rows.first.get_by_role("link").click()
    expect(page.get_by_text(f"{STEM}t1").first).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Text")).to_have_value(f"{STEM}t1")


def see_patients(page: Page, installation: Installation) -> None:
    """The patients' own ids, and the browser's buttons on them."""
    page.locator("#reveal-patients").click()
    page.locator("#id_reason").select_option("billing")
    page.locator("details.reveal button[type=submit]").click()
    expect(page.get_by_text(PATIENT).first).to_be_visible()
    page.goto(f"{installation.url}/results/figures/?center={CENTER}")
    page.go_back()
    page.go_forward()


def take_away(page: Page, installation: Installation) -> None:
    """A download with patients' ids of what was searched for."""
    page.goto(f"{installation.url}/results/export/?center={CENTER}")
    page.get_by_label("Text").fill(f"{STEM}t1")
    page.get_by_label("Format").select_option("csv")
    page.locator("#id_reason").select_option("billing")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    assert PATIENT in download.value.path().read_text()
    download.value.delete()


def answer_a_request(page: Page, installation: Installation) -> None:
    """An admin types a patient's id, looks at the record, and goes as far as an erasure that is not confirmed."""
    sign_in(page, installation, "admin")
    for address in ("record", "erase"):
        page.goto(f"{installation.url}/results/patients/{address}/")
        page.get_by_label("Center", exact=True).select_option(CENTER)
        page.get_by_label("Patient id or pseudonym").fill(PATIENT)
        page.get_by_label("Reference of the request").fill("2026-17")
        if address == "record":
            page.get_by_role("button", name="Show", exact=True).click()
            expect(page.get_by_text(PATIENT).first).to_be_visible()
            continue
        page.get_by_role("button", name="Show what would be erased").click()
        page.get_by_label("to confirm").fill("WRONG")
        page.get_by_role("button", name="Erase for good").click()
        expect(page.get_by_text("This is not the pseudonym.")).to_be_visible()
