"""Hostile names in a real browser: they run nothing, come back as they were sent, and fit on a phone."""

import json

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.hostile_center import CENTER
from tests.browser.layout import NARROW, too_wide
from tests.hostile_names import SPELLINGS

pytestmark = pytest.mark.browser
SCRIPT = "from tests.browser.hostile_center import {0}; {0}()"


def test_hostile_names_run_nothing_and_come_back(page: Page, installation: Installation) -> None:
    noise: list[str] = []

    def note(dialog: Dialog) -> None:
        noise.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    in_installation(installation, "add_center")
    sign_in(page, installation, "reviewer")
    version = f"{installation.url}/mappings/{CENTER}/1/"
    page.goto(version)
    exchange_table(page, "PATIENT", "markup", "TERMIN")
    exchange_table(page, "KASSEN", "lines", "KASSEN")
    exchange_table(page, "LEISTUNG", "longest", "LEISTUNG")
    lines, markup = SPELLINGS["lines"], SPELLINGS["markup"]
    choose(page, "KASSEN.NAME", lines("NAME_2"))
    choose(page, "PATIENT.P_NAME", markup("STATUS"))
    choose(page, "LEISTUNG.LEISTUNG", SPELLINGS["longest"]("LEISTUNG_ID"))
    with page.expect_navigation():
        page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(chosen(page, "KASSEN.NAME")).to_contain_text("NAME_2")
    expect(chosen(page, "PATIENT.P_NAME")).to_contain_text(markup("STATUS"))
    expect(chosen(page, "LEISTUNG.LEISTUNG")).to_contain_text(SPELLINGS["longest"]("LEISTUNG_ID"))
    expect(page.locator("main img")).to_have_count(0)

    in_installation(installation, "let_it_drift")
    paths = ("1/", "2/", "", "drift", "compare?left=1&right=snapshot", "compare?left=1&right=2")
    found = []
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(f"{installation.url}/mappings/{CENTER}/{path}")
        page.evaluate("document.querySelectorAll('main details').forEach((item) => (item.open = true))")
        found += [f"{path}: {problem}" for problem in (*too_wide(page), *outside(page))]
    assert (found, noise) == ([], [])


def in_installation(installation: Installation, function: str) -> None:
    installation.manage("shell", "--verbosity", "0", "--command", SCRIPT.format(function))


def exchange_table(page: Page, canonical: str, spelling: str, physical: str) -> None:
    """Choose another table first, so that htmx exchanges the fields in any case."""
    field = page.locator(f"#choice-{canonical}")
    for spell, table in ((SPELLINGS["braces"], "RECHNUNG"), (SPELLINGS[spelling], physical)):
        wanted = json.dumps([spell("ck"), spell(table)], ensure_ascii=False)
        with page.expect_response(lambda answer: "/tables/" in answer.url):
            field.select_option(value=wanted)
        expect(page.locator(f"input[name='{canonical}.shown']")).to_have_value(wanted)


def choose(page: Page, key: str, name: str) -> None:
    """Choose a column by its label, in which a browser shows line ends as blanks."""
    field = page.locator(f"[id='choice-{key}']")
    option = field.locator("option", has_text=" ".join(name.split())).first
    field.select_option(value=option.get_attribute("value"))


def chosen(page: Page, key: str) -> Locator:
    return page.locator(f"[id='choice-{key}'] option:checked")


def outside(page: Page) -> list[str]:
    """Names that a narrow window cuts off where nothing scrolls."""
    script = """(width) => [...document.querySelectorAll("main *")]
        .filter((item) => item.getClientRects().length && !item.closest(".table-wrap, select, .visually-hidden"))
        .filter((item) => item.getBoundingClientRect().right > width + 1)
        .map((item) => item.tagName + "." + item.className)"""
    found: list[str] = page.evaluate(script, NARROW)
    return found
