"""Nothing jumps under a reviewer's hand: marks, tables, the dry run and the queue, however late their answers come."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.late_answers import answer_late, swapped
from tests.browser.layout_shifts import forget, shifts, watch
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
# The width of the window, and the center whose version is looked at in it.
WINDOWS = {"phone": (320, "center_12"), "desk": (1280, "center_13")}


@pytest.fixture(scope="module")
def drafts(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Versions that wait, with their sources behind them."""
    centers = [center for _width, center in WINDOWS.values()]
    file = centers_file(installation, tmp_path_factory.mktemp("shifts") / "centers.yml", centers)
    chosen = [f"--center={center}" for center in centers]
    installation.manage_all(("import_centers", file), ("discover_raw", *chosen), ("generate_mappings", *chosen))


@pytest.fixture(params=WINDOWS)
def review(page: Page, installation: Installation, drafts: None, request: pytest.FixtureRequest) -> Page:
    """A version in a window of a phone or of a desk."""
    width, center = WINDOWS[request.param]
    page.set_viewport_size({"width": width, "height": 720})
    watch(page)
    answer_late(page)
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/mappings/{center}/1/")
    page.wait_for_load_state("networkidle")
    return page


def test_nothing_jumps_when_fields_are_marked(review: Page) -> None:
    found = []
    marks = review.locator('[id="marks-KARTEI.BEMERKUNG"]')
    marks.scroll_into_view_if_needed()
    for name in ("right", "undo", "wrong", "undo"):
        forget(review)
        swapped(review, lambda name=name: marks.locator(f"button[name={name}]").dispatch_event("click"))  # type: ignore[misc]
        found += [f"{name}: {shift}" for shift in shifts(review)]
    assert found == []


def test_nothing_jumps_when_the_dry_run_comes_and_when_it_is_tried(review: Page) -> None:
    found = []
    decision = review.locator("#decision")
    forget(review)
    swapped(review, lambda: review.locator("#dry-run").scroll_into_view_if_needed())
    found += [f"comes: {shift}" for shift in shifts(review)]
    button = review.get_by_role("button", name="Try it on the source")
    decision.scroll_into_view_if_needed()
    forget(review)
    swapped(review, lambda: button.dispatch_event("click"))
    expect(review.get_by_text("Tried at")).to_be_visible()
    found += [f"tried: {shift}" for shift in shifts(review)]
    assert found == []
