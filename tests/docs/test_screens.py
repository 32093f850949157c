"""The guide of the pages and the pictures in it."""

import re

from django.urls import reverse

from extraction.jump_pages import PAGES
from tests.browser.pictures import PICTURES
from tests.docs.lines import ROOT

FOLDER = ROOT / "docs" / "screenshots"
GUIDE = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
# All of them together; a clone should not take longer for pictures than for the code.
MOST_BYTES = 3_000_000
# Empty in a demo, or much like a page that is shown.
WITHOUT = {
    "centers:center_create",
    "centers:server_create",
    "extraction:breaker_list",
    "extraction:held_list",
    "extraction:run_list",
    "extraction:saved_export_list",
    "extraction:suppression_list",
    "mappings:policy_detail",
    "people:person_create",
    "review:bulk_groups",
    "saved_view_list",
    "token_list",
}


def test_guide_shows_every_picture_that_the_script_takes() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(screenshots/([\w-]+)\.png\)", GUIDE)
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)


def test_every_picture_is_there_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(picture.name for picture in PICTURES)


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_every_page_has_a_picture() -> None:
    """Whoever adds one takes it, or says below why nobody would look for it."""
    taken = {picture.path.partition("?")[0] for picture in PICTURES}
    assert {page.view for page in PAGES if reverse(page.view) not in taken} == WITHOUT
