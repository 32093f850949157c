"""A swap that takes away what had the focus gives it to something sensible, never to the top of the page.

`tests/frame/htmx_swaps.txt` says which test stands for which swap.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.screen_centers import DAY, centers_file

pytestmark = pytest.mark.browser
LANDED = "center_29"
_WAIT = "from tests.browser import waiting_drafts; waiting_drafts.wait({0!r}, 1)"


@pytest.fixture(scope="module")
def landed(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A center with chart entries of one day."""
    file = centers_file(installation, tmp_path_factory.mktemp("focus") / "centers.yml", [LANDED])
    chosen = f"--center={LANDED}"
    installation.manage_all(
        ("import_centers", file),
        ("discover_raw", chosen),
        ("generate_mappings", chosen),
        ("approve_mapping", LANDED, "--version=1", "--as=reviewer2"),
        ("extract", "--date", DAY, chosen),
    )
    return f"{installation.url}/results/?center={LANDED}&date_from={DAY}&date_to={DAY}"


@pytest.fixture(scope="module")
def waiting(installation: Installation) -> None:
    """A version that waits for a reviewer; its source does not exist."""
    installation.manage("shell", "--verbosity", "0", "--command", _WAIT.format("focus"))


@pytest.fixture
def review(page: Page, installation: Installation, waiting: None) -> Page:
    """The version that waits, as the reviewer sees it."""
    sign_in(page, installation, "reviewer")
    page.goto(f"{installation.url}/mappings/focus_1/1/")
    return page


@contextmanager
def answered_late(page: Page, address: re.Pattern[str]) -> Iterator[None]:
    """What htmx asks of `address` is answered when the block ends."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if "hx-request" in route.request.headers:
            waiting.append(route)
        else:
            route.continue_()

    page.route(address, hold)
    yield
    for route in waiting:
        route.continue_()
    page.unroute(address)


def press(control: Locator, key: str = "Enter") -> None:
    """As somebody does who has no mouse."""
    control.focus()
    control.press(key)


def test_marks_of_a_field_keep_the_place(review: Page) -> None:
    """Each button is gone once it was pressed; the comment is in closed details afterwards."""
    marks = review.locator('[id="marks-KARTEI.BEMERKUNG"]')
    press(review.get_by_role("button", name="KARTEI.BEMERKUNG is right"))
    expect(marks).to_have_attribute("data-verdict", "right")
    expect(marks).to_be_focused()
    press(marks.get_by_role("button", name="Take back what was said about KARTEI.BEMERKUNG"))
    expect(marks).to_have_attribute("data-verdict", "")
    expect(marks).to_be_focused()
    press(marks.locator("summary"))
    review.get_by_label("Comment on KARTEI.BEMERKUNG").fill("Ask the practice.")
    press(marks.get_by_role("button", name="Keep the comment"))
    expect(marks.locator("summary")).to_have_text("1 comment")
    expect(marks.locator("summary")).to_be_focused()
    press(marks.get_by_role("button", name="KARTEI.BEMERKUNG is not right"))
    expect(marks).to_have_attribute("data-verdict", "wrong")
    expect(marks).to_be_focused()


def test_chosen_table_keeps_the_focus(review: Page) -> None:
    choice = review.get_by_label("Physical table of LEISTUNG")
    fields = review.locator('[id="field-LEISTUNG.LEISTUNG"]')
    expect(fields).to_be_visible()
    choice.focus()
    choice.select_option(value="")
    expect(fields).to_have_count(0)
    expect(choice).to_be_focused()


def test_dry_run_keeps_the_focus_when_it_comes_and_when_it_is_tried(review: Page) -> None:
    with answered_late(review, re.compile(r"/dry-runs/focus_1/1/")):
        review.reload()
        link = review.get_by_role("link", name="Open the dry run")
        link.scroll_into_view_if_needed()
        link.focus()
    expect(link).to_have_count(0)
    expect(review.locator("#dry-run")).to_be_focused()
    button = review.get_by_role("button", name="Try it on the source")
    press(button)
    expect(review.get_by_text("Tried at")).to_be_visible()
    expect(button).to_be_focused()


def test_changed_policy_keeps_the_focus(page: Page, installation: Installation) -> None:
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/mappings/policy")
    button = page.get_by_role("button", name="Change the policy")
    press(button)
    expect(page.locator("#policy [role=status]")).to_be_visible()
    expect(button).to_be_focused()


def test_totals_that_come_later_take_the_focus_over(page: Page, installation: Installation, landed: str) -> None:
    sign_in(page, installation, "analyst")
    with answered_late(page, re.compile(r"/results/figures/")):
        page.goto(landed)
        link = page.get_by_role("link", name="Totals and charts")
        link.focus()
    expect(link).to_have_count(0)
    expect(page.locator("#entry-figures")).to_be_focused()


def test_revealed_patient_ids_take_the_focus(page: Page, installation: Installation, landed: str) -> None:
    sign_in(page, installation, "admin")
    page.goto(landed)
    press(page.locator("#reveal-patients"))
    page.locator("#id_reason").select_option("billing")
    press(page.locator("details.reveal button[type=submit]"))
    expect(page.get_by_text("You see the patients' own ids on this page.")).to_be_visible()
    expect(page.locator("#entry-table")).to_be_focused()


def test_pages_about_a_patient_begin_where_they_say_something(
    page: Page, installation: Installation, landed: str
) -> None:
    sign_in(page, installation, "admin")
    for path, name in (("erase", "Show what would be erased"), ("record", "Show")):
        page.goto(f"{installation.url}/results/patients/{path}/")
        page.locator("#id_center").select_option(LANDED)
        page.locator("#id_patient").fill("nobody")
        page.locator("#id_reference").fill("2026-17")
        press(page.get_by_role("button", name=name, exact=True))
        expect(page.locator("main dl[autofocus]")).to_be_focused()
    page.goto(f"{installation.url}/results/patients/erase/")
    page.locator("#id_center").select_option(LANDED)
    page.locator("#id_patient").fill("nobody")
    page.locator("#id_reference").fill("2026-17")
    press(page.get_by_role("button", name="Show what would be erased"))
    page.locator("#confirm").fill("wrong")
    press(page.get_by_role("button", name="Erase for good"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("main dl[autofocus]")).to_be_focused()


def test_button_that_rests_while_it_works_has_the_focus_again(
    page: Page, installation: Installation, landed: str
) -> None:
    sign_in(page, installation, "admin")
    page.goto(f"{installation.url}/centers/id/{LANDED}/")
    button = page.get_by_role("button", name="Test the connection")
    with answered_late(page, re.compile(r"/test/$")):
        press(button)
        expect(button).to_be_disabled()
        # Only now the browser takes the focus from what it drew as disabled.
        expect(page.locator("body")).to_be_focused()
    expect(page.locator("#connection-report table")).to_be_visible()
    expect(button).to_be_focused()
