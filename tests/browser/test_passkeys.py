"""Passkeys and codes in a real browser, with an authenticator that Chromium simulates."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Installation
from tests.browser.test_accessibility import RULES

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
LOGIN = re.compile("/accounts/login/")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of this test alone, at the host name that a passkey can belong to."""

    name: str
    url: str
    password: str

    def open_sign_in(self, page: Page) -> None:
        """Sign out, and be back at the sign-in page."""
        page.context.clear_cookies()
        page.goto(f"{self.url}/accounts/login/")

    def type_password(self, page: Page) -> None:
        """Name and password, and nothing else."""
        page.get_by_label("Username").fill(self.name)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def person(installation: Installation) -> Person:
    name = f"key{secrets.token_hex(4)}"
    script = (
        "from django.contrib.auth.models import Group, User\n"
        f"user = User.objects.create_user({name!r}, password={installation.password!r})\n"
        "user.groups.add(Group.objects.get(name='analyst'))\n"
    )
    installation.manage("shell", "--verbosity", "0", "--command", script)
    return Person(name, installation.url.replace("127.0.0.1", "localhost"), installation.password)


@pytest.fixture
def keyed(browser: Browser) -> Iterator[Page]:
    """A page of a browser whose device has an authenticator."""
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield page


def add_key(page: Page, person: Person, *, as_passkey: bool) -> None:
    person.open_sign_in(page)
    person.type_password(page)
    expect(page).not_to_have_url(LOGIN)
    page.goto(f"{person.url}/accounts/2fa/keys/new/")
    page.get_by_label("Name").fill("my laptop")
    page.get_by_label("Use it as a passkey").set_checked(as_passkey)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def expect_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_passkey_signs_in_by_itself_and_confirms(keyed: Page, person: Person) -> None:
    add_key(keyed, person, as_passkey=True)
    expect_accessible(keyed)
    keyed.goto(f"{person.url}/accounts/")
    expect(keyed.get_by_role("rowheader", name="my laptop")).to_be_visible()
    expect_accessible(keyed)
    person.open_sign_in(keyed)
    keyed.get_by_role("button", name="Sign in with a passkey").click()
    expect(keyed).not_to_have_url(LOGIN)
    expect(keyed.locator(".menu__name")).to_have_text(person.name)
    keyed.goto(f"{person.url}/accounts/2fa/keys/reauthenticate/?next=/accounts/tokens/new/")
    expect_accessible(keyed)
    keyed.get_by_role("button", name="Use a passkey or security key").click()
    expect(keyed).to_have_url(f"{person.url}/accounts/tokens/new/")


def test_a_key_is_the_second_factor_after_the_password(keyed: Page, person: Person) -> None:
    add_key(keyed, person, as_passkey=False)
    person.open_sign_in(keyed)
    person.type_password(keyed)
    expect(keyed.get_by_role("heading", name="Second factor")).to_be_visible()
    expect_accessible(keyed)
    keyed.goto(f"{person.url}/")
    expect(keyed).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    keyed.get_by_role("button", name="Use a passkey or security key").click()
    expect(keyed.locator(".menu__name")).to_have_text(person.name)


def test_a_recovery_code_without_javascript(browser: Browser, keyed: Page, person: Person) -> None:
    add_key(keyed, person, as_passkey=False)
    code = keyed.locator("main ul.mono li").first.inner_text()
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        plain = context.new_page()
        person.open_sign_in(plain)
        expect(plain.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
        person.type_password(plain)
        plain.get_by_label("Code").fill(code)
        plain.get_by_role("button", name="Sign in", exact=True).click()
        expect(plain.locator(".menu__name")).to_have_text(person.name)


def test_a_key_of_another_device_does_not_get_in(browser: Browser, keyed: Page, person: Person) -> None:
    add_key(keyed, person, as_passkey=True)
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        person.open_sign_in(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("Nothing came from the device")).to_be_visible()
        expect(page).to_have_url(LOGIN)
