"""An admin brings somebody in; the person chooses a password by the link, signs in, and is put out again."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation, sign_in

pytestmark = pytest.mark.browser
CHOSEN = "a quiet brook in winter"


def test_person_comes_in_by_the_link_and_goes_by_a_button(
    page: Page, browser: Browser, installation: Installation
) -> None:
    name = f"anna.{uuid.uuid4().hex[:8]}"
    sign_in(page, installation, "admin")
    link = the_admin_adds(page, name)
    theirs = browser.new_context().new_page()
    the_person_chooses_a_password(theirs, link, name)
    the_person_signs_in(theirs, installation, name)
    the_link_counts_no_more(browser.new_context().new_page(), link)
    the_admin_finds_and_deactivates(page, installation, name)
    theirs.goto(f"{installation.url}/runs/")
    expect(theirs).to_have_url(re.compile("/accounts/login/"))


def the_admin_adds(page: Page, name: str) -> str:
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("First name").fill("Anna")
    page.get_by_label("Last name").fill("Müller")
    page.get_by_label("Analyst").check()
    page.get_by_label("All regions").check()
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} was added")
    return page.get_by_label(f"Link for {name}").input_value()


def the_person_chooses_a_password(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/accounts/choose-password/$"))
    expect(page.get_by_label("Username")).to_have_value(name)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password confirmation").fill("short")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    page.get_by_label("New password", exact=True).fill(CHOSEN)
    page.get_by_label("New password confirmation").fill(CHOSEN)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is set.")


def the_person_signs_in(page: Page, installation: Installation, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(CHOSEN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{installation.url}/")
    expect(page.get_by_role("link", name="Results")).to_be_visible()
    expect(page.get_by_role("link", name="People")).to_have_count(0)


def the_link_counts_no_more(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link counts no more")


def the_admin_finds_and_deactivates(page: Page, installation: Installation, name: str) -> None:
    page.goto(f"{installation.url}/people/")
    page.get_by_label("Search").fill(f"mueller {name[-8:]}")
    expect(page.locator("#person-table tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=mueller"))
    page.get_by_role("link", name=name).click()
    page.locator("summary", has_text="Deactivate").click()
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"{name} is deactivated")
