"""The matrix with the keys of a keyboard: arrows go everywhere, Tab to what is open."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import centers_file

pytestmark = pytest.mark.browser
CENTERS = ("center_02", "center_03")
FRIDAY = dt.date(2026, 11, 20)
WEEK = f"/results/matrix/?date_from={FRIDAY - dt.timedelta(days=4)}&date_to={FRIDAY}&order=center&region=germany"


@pytest.fixture
def matrix(page: Page, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The matrix of one week, whose slices are all missing or landed."""
    file = tmp_path_factory.mktemp("matrix") / "centers.yml"
    installation.manage("import_centers", centers_file(installation, file, CENTERS))
    sign_in(page, installation, "analyst")
    page.goto(f"{installation.url}{WEEK}")
    return page


def _address(page: Page) -> str:
    """Where the focused link leads, without the host."""
    found: str = page.evaluate("new URL(document.activeElement.href).pathname")
    return found


def test_arrow_keys_move_from_cell_to_cell_and_enter_opens_the_slice(matrix: Page) -> None:
    first = matrix.locator("tbody tr", has=matrix.get_by_text(CENTERS[0], exact=True)).first
    first.locator("td a").nth(1).focus()
    matrix.keyboard.press("ArrowRight")
    assert _address(matrix) == f"/results/slices/{CENTERS[0]}/2026-11-18/"
    matrix.keyboard.press("ArrowDown")
    assert _address(matrix).endswith("/2026-11-18/")
    assert CENTERS[0] not in _address(matrix)
    matrix.keyboard.press("ArrowUp")
    matrix.keyboard.press("ArrowLeft")
    matrix.keyboard.press("End")
    assert _address(matrix) == f"/results/slices/{CENTERS[0]}/2026-11-20/"
    matrix.keyboard.press("Home")
    assert _address(matrix) == f"/centers/id/{CENTERS[0]}/"
    matrix.keyboard.press("ArrowRight")
    matrix.keyboard.press("Enter")
    expect(matrix).to_have_url(re.compile(f"/results/slices/{CENTERS[0]}/2026-11-16/$"))


def test_tab_stops_are_the_open_slices_only(matrix: Page) -> None:
    open_cells = ":is(.m-failed, .m-held, .m-unusual, .m-missing) > a"
    assert matrix.locator(f"tbody td{open_cells}[tabindex]").count() == 0
    assert matrix.locator("tbody td > a:not([tabindex])").count() == matrix.locator(f"tbody td{open_cells}").count()


def test_what_has_focus_is_not_under_the_head(matrix: Page) -> None:
    matrix.set_viewport_size({"width": 400, "height": 500})
    link = matrix.locator("tbody tr").last.locator("td a").last
    link.focus()
    matrix.keyboard.press("ArrowLeft")
    box = matrix.locator(":focus").bounding_box()
    head = matrix.locator("thead").bounding_box()
    assert box is not None
    assert head is not None
    assert box["y"] >= head["y"] + head["height"] - 1
