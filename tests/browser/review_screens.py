"""The screens of a review, and of what runs leave for a person to decide, in all their states."""

import json

from playwright.sync_api import Page

from tests.browser import review_states
from tests.browser.conftest import Installation
from tests.browser.screen_centers import DAY, DELIVERED, DRAFT
from tests.browser.screens import Screen

_REVIEW = "from tests.browser.review_states import fill; fill()"
_RUNS = "from tests.browser.run_states import fill; fill({0}, {1!r})"
_REVIEWER = "reviewer"


def fill_review_screens(installation: Installation, run_path: str) -> tuple[Screen, ...]:
    """The screens, after there is something to show on them; `run_path` is the run of fill_screens."""
    first, changed, done = json.loads(installation.manage("shell", "--verbosity", "0", "--command", _REVIEW))
    run = run_path.strip("/").rpartition("/")[2]
    installation.manage("shell", "--verbosity", "0", "--command", _RUNS.format(run, DELIVERED))
    return (*_review_screens(), *_bulk_screens(first, changed, done), *_run_screens(run_path))


def _review_screens() -> tuple[Screen, ...]:
    doubt, rejected = f"/mappings/{review_states.DOUBT}/", f"/mappings/{review_states.REJECTED}/"
    return (
        Screen("waiting for me, filtered", "/review/?state=in_review&region=screens", _REVIEWER),
        Screen("mapping with marks and comments", f"{doubt}1/?queue=", _REVIEWER, prepare=_open_all),
        Screen("mapping, refused decision", f"{doubt}1/?queue=", _REVIEWER, prepare=_reject_for_no_reason),
        Screen("mapping, own work in review", f"/mappings/{review_states.OWN}/1/", _REVIEWER),
        Screen("mapping, outdated", f"/mappings/{review_states.OUTDATED}/2/", _REVIEWER),
        Screen("mapping, out of date", f"{doubt}1/?queue=", _REVIEWER, prepare=_grow_old),
        Screen("mapping, refused edit", f"{doubt}1/?queue=", _REVIEWER, prepare=_save_what_is_old),
        Screen("mapping, read only", f"/mappings/{review_states.OUTDATED}/2/"),
        Screen("mapping, rejected", f"{rejected}1/", _REVIEWER),
        Screen("mappings of a center with a rejected version", rejected),
        Screen("timeline with a rejected version", f"/timeline/{review_states.REJECTED}/"),
        Screen("timeline of a center where nothing happened", "/timeline/silent_1/"),
        Screen("keys", f"/mappings/{DRAFT}/1/", _REVIEWER, prepare=_open_keys),
        Screen("column search", f"/mappings/{DRAFT}/1/columns?q=kartei&field=KARTEI.BEMERKUNG", _REVIEWER),
        Screen("column search, nothing found", f"/mappings/{DRAFT}/1/columns?q=nowhere", _REVIEWER),
        Screen("column search, decided version", f"/mappings/{DELIVERED}/1/columns?q=kartei", _REVIEWER),
        Screen("dry run, not tried", f"/dry-runs/{review_states.OWN}/1/", _REVIEWER),
        Screen("dry run", f"/dry-runs/{DRAFT}/1/", _REVIEWER, prepare=_try_on_source),
        Screen("dry run, not reached", f"/dry-runs/{review_states.DOUBT}/1/", _REVIEWER, prepare=_try_on_source),
    )


def _bulk_screens(first: str, changed: str, done: str) -> tuple[Screen, ...]:
    """`first` previews first versions in doubt, `changed` changes of approved versions."""
    return (
        Screen("identical changes, several", "/review/alike/", _REVIEWER),
        Screen("preview of first versions", first, _REVIEWER, prepare=_open_all),
        Screen("preview of changes", changed, _REVIEWER),
        Screen("approved together", done, _REVIEWER),
    )


def _run_screens(run_path: str) -> tuple[Screen, ...]:
    decide = f"/results/held/{DELIVERED}/{DAY}"
    return (
        Screen("dashboard with things to decide", "/", _REVIEWER),
        Screen("run with failures and what it left alone", run_path),
        Screen("left alone, with something on it", "/runs/breakers/"),
        Screen("left alone, read only", "/runs/breakers/", _REVIEWER),
        Screen("held days that wait", "/results/held/"),
        Screen("held days, decided", "/results/held/?state=rejected"),
        Screen("accept a held day", f"{decide}/accept/", _REVIEWER),
        Screen("keep what is there", f"{decide}/keep/", _REVIEWER),
    )


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((item) => (item.open = true))")


def _open_keys(page: Page) -> None:
    page.locator("[data-keys-help]").click()
    page.locator("dialog[open]").wait_for()


def _reject_for_no_reason(page: Page) -> None:
    page.locator("button[formaction$=reject]").click()
    page.locator("main [role=alert]").wait_for()


def _grow_old(page: Page) -> None:
    """As if somebody had edited the version since the page was opened."""
    stale = f"{page.url.partition('?')[0]}stale"
    page.evaluate("(address) => htmx.ajax('GET', address, {target: '#stale', swap: 'outerHTML'})", stale)
    page.locator("#stale [role=alert]").wait_for()


def _save_what_is_old(page: Page) -> None:
    page.locator("#mapping-form [name=content_hash]").evaluate("(input) => { input.value = 'old'; }")
    page.get_by_label("KARTEI.BEMERKUNG", exact=False).first.select_option("")
    page.locator(".page-header button[form=mapping-form]").click()
    page.locator("#unsaved").wait_for()


def _try_on_source(page: Page) -> None:
    page.locator("#dry-run button[type=submit]").click()
    page.locator("#dry-run dl").wait_for()
