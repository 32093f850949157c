"""Which pictures docs/screens.md shows, and how each page is brought to what is to be seen."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

# One center has a key that centers do not have; the other can be imported.
_FILE = """servers:
  linz:
    region: austria
    host: linz.example.org
    user: reader
    password: env:IVORIS_PASSWORD
centers:
  - id: center_31
    name: Praxis Linz
    server: linz
    database: DentalDB_31
    colour: red
  - id: center_32
    name: Zahnzentrum Wels
    server: linz
    database: DentalDB_32
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the demo as `person` sees it; its file is docs/screenshots/`name`.png."""

    name: str
    person: str
    path: str
    language: str = "en"
    scheme: str = "light"
    prepare: Callable[[Page], None] | None = None


def _first_in_queue(page: Page) -> None:
    page.locator("main tbody a").first.click()
    page.wait_for_load_state("networkidle")


def _start(page: Page) -> None:
    """Take the run as it begins: the demo's practices answer within a second."""
    page.locator("#run-start").click()
    page.locator("#run-progress").wait_for()


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette a").first.wait_for()
    page.keyboard.type("center_0")
    page.locator("#palette a", has_text="center_0").first.wait_for()


def _check_file(page: Page) -> None:
    page.locator("#id_text").fill(_FILE)
    page.locator("button[value=check]").click()
    page.locator("#problems-heading, #plan-heading").first.wait_for()


# In the order in which they are taken, which is that of a person's way through the demo.
PICTURES = (
    Picture("dashboard", "admin", "/"),
    Picture("dashboard-dark", "admin", "/", scheme="dark"),
    Picture("dashboard-german", "admin", "/", language="de"),
    Picture("onboarding", "admin", "/onboarding/"),
    Picture("centers", "admin", "/centers/"),
    Picture("center", "admin", "/centers/id/center_01/"),
    Picture("import", "admin", "/centers/import/", prepare=_check_file),
    Picture("servers", "admin", "/centers/servers/"),
    Picture("palette", "admin", "/", prepare=_palette),
    Picture("mappings", "admin", "/mappings/"),
    Picture("queue", "reviewer", "/review/"),
    Picture("mapping", "reviewer", "/review/", prepare=_first_in_queue),
    Picture("mapping-german", "reviewer", "/review/", language="de", prepare=_first_in_queue),
    Picture("vocabulary", "reviewer", "/vocabulary/"),
    Picture("timeline", "admin", "/timeline/center_01/"),
    Picture("run-start", "admin", "/runs/start/?mode=all"),
    Picture("run-live", "admin", "/runs/start/?mode=all", prepare=_start),
    Picture("run", "admin", "/runs/1/"),
    Picture("schedules", "admin", "/runs/schedules/"),
    Picture("matrix", "admin", "/results/matrix/"),
    Picture("matrix-dark", "admin", "/results/matrix/", scheme="dark"),
    Picture("results", "analyst", "/results/"),
    Picture("totals", "analyst", "/results/figures/?all=1"),
    Picture("export", "analyst", "/results/export/?all=1"),
    Picture("exports", "analyst", "/results/exports/"),
    Picture("alerts", "admin", "/alerts/"),
    Picture("words", "analyst", "/help/words/"),
    Picture("errors", "analyst", "/help/errors/"),
    Picture("people", "admin", "/people/"),
    Picture("audit", "auditor", "/audit/"),
    Picture("processing-activities", "auditor", "/processing-activities/"),
    Picture("api", "admin", "/api/docs/"),
    Picture("account", "admin", "/accounts/"),
)
