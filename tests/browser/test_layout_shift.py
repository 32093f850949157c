"""Nothing jumps when htmx swaps a part of a page in, however late the answer comes."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Installation, sign_in
from tests.browser.layout_shifts import forget, shifts, watch
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTER = "center_12"
# Longer than what Chromium takes for the outcome of a key or a click.
LATE = 0.7
# Address, field of the filter, and what is chosen there.
LISTS = (
    ("/centers/", "q", CENTER),
    ("/mappings/", "q", CENTER),
    ("/people/", "q", "rev"),
    ("/runs/", "state", "failed"),
    ("/alerts/", "cause", "held"),
    ("/results/exports/", "state", "failed"),
    ("/results/matrix/", "order", "center"),
    ("/runs/start/", "date_from", "2026-11-20"),
)
_TYPE = f"""field => {{ field.value = "{CENTER}"; field.dispatchEvent(new Event("input", {{bubbles: true}})) }}"""
RUN = """
from django.utils import timezone
from centers.models import Center
from extraction.models import CenterRun, ExtractionRun
run, is_new = ExtractionRun.objects.get_or_create(
    idempotency_key="shifts",
    defaults=dict(date_from="2026-11-20", date_to="2026-11-20", workers=1, state="running", started_at=timezone.now()),
)
for center in Center.objects.all():
    CenterRun.objects.get_or_create(run=run, center=center, defaults=dict(state="queued"))
run.center_runs.update(state={state!r}, entry_count={entries}, slice_count={slices}, duration_ms={entries})
print(run.pk)
"""


@pytest.fixture
def watched(page: Page, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page of an admin; every answer to htmx comes late."""
    file = tmp_path_factory.mktemp("shifts") / "centers.yml"
    installation.manage("import_centers", centers_file(installation, file, [CENTER, "center_13"]))
    watch(page)
    page.route(lambda _url: True, _late)
    sign_in(page, installation, "admin")
    return page


def _late(route: Route) -> None:
    if "hx-request" in route.request.headers:
        time.sleep(LATE)
    route.continue_()


def _swapped(page: Page, do: Callable[[], object]) -> None:
    """Do something, and wait until htmx has put the answer in."""
    # As an attribute: the pages' policy lets nobody wait for an expression.
    page.evaluate(
        """delete document.documentElement.dataset.swapped;
        document.addEventListener("htmx:afterSettle", () => { document.documentElement.dataset.swapped = "1"; })"""
    )
    do()
    page.locator("html[data-swapped]").wait_for(state="attached")


def test_nothing_jumps_when_a_list_is_narrowed(watched: Page, installation: Installation) -> None:
    """One after the other, since signing in takes longer than a list."""
    found = []
    for path, field, value in LISTS:
        watched.goto(f"{installation.url}{path}")
        watched.wait_for_load_state("networkidle")
        forget(watched)
        _swapped(watched, lambda field=field, value=value: _choose(watched, field, value))  # type: ignore[misc]
        found += [f"{path}: {shift}" for shift in shifts(watched)]
    assert found == []


def test_nothing_jumps_when_the_palette_answers(watched: Page, installation: Installation) -> None:
    watched.goto(f"{installation.url}/runs/")
    watched.evaluate("document.querySelector('[data-dialog-open=palette], [data-palette-open]')?.click()")
    watched.locator("#palette a").first.wait_for()
    forget(watched)
    _swapped(watched, lambda: watched.locator("#palette-text").evaluate(_TYPE))
    watched.locator("#palette a", has_text=CENTER).first.wait_for()
    assert shifts(watched) == []


def _choose(page: Page, field: str, value: str) -> None:
    """By a program, which Chromium does not take for a person: nothing is excused."""
    control = page.locator(f"main [name={field}]").first
    if control.evaluate("control => control.tagName === 'SELECT'"):
        control.select_option(value)
    else:
        control.fill(value)
        control.dispatch_event("change")


def test_nothing_jumps_while_a_run_is_followed(watched: Page, installation: Installation) -> None:
    pk = _tell(installation, "queued", 0)
    watched.goto(f"{installation.url}/runs/{pk}/")
    forget(watched)
    for state, entries in (("running", 0), ("succeeded", 123_456)):
        _tell(installation, state, entries)
        watched.locator("#run-progress tbody tr", has_text=state).first.wait_for()
    assert shifts(watched) == []


def test_the_question_finds_what_jumps(watched: Page, installation: Installation) -> None:
    watched.goto(f"{installation.url}/runs/")
    forget(watched)
    watched.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<p>New</p><p>line</p>')")
    assert len(shifts(watched)) == 1


def _tell(installation: Installation, state: str, entries: int) -> int:
    told = RUN.format(state=state, entries=entries, slices=int(state == "succeeded"))
    return int(installation.manage("shell", "--verbosity", "0", "--command", told))
