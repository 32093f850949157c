"""Nothing jumps when htmx swaps a part of a page in, however late the answer comes."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Installation, sign_in
from tests.browser.late_answers import answer_late, swapped
from tests.browser.layout_shifts import forget, shifts, watch
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTER = "center_12"
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
    answer_late(page)
    sign_in(page, installation, "admin")
    return page


def test_nothing_jumps_when_a_list_is_narrowed(watched: Page, installation: Installation) -> None:
    """One after the other, since signing in takes longer than a list."""
    found = []
    for path, field, value in LISTS:
        watched.goto(f"{installation.url}{path}")
        watched.wait_for_load_state("networkidle")
        forget(watched)
        swapped(watched, lambda field=field, value=value: _choose(watched, field, value))  # type: ignore[misc]
        found += [f"{path}: {shift}" for shift in shifts(watched)]
    assert found == []


def test_nothing_jumps_when_the_palette_answers(watched: Page, installation: Installation) -> None:
    watched.goto(f"{installation.url}/runs/")
    watched.evaluate("document.querySelector('[data-dialog-open=palette], [data-palette-open]')?.click()")
    watched.locator("#palette a").first.wait_for()
    forget(watched)
    swapped(watched, lambda: watched.locator("#palette-text").evaluate(_TYPE))
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
