"""Sign-in through an identity provider in a real browser: the policies of our pages let it go there and come back."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dentalhub.processes import ProcessGroup
from tests.browser.conftest import ROOT, Installation
from tests.frame.oidc_provider import RunningProvider, running_provider
from tests.served import free_port, wait_until_up

pytestmark = pytest.mark.browser
CLAIMS = {"email": "olga@example.org", "email_verified": True, "preferred_username": "olga", "groups": ["dental"]}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningProvider]:
    with running_provider(monkeypatch) as running:
        running.knows("olga", **CLAIMS)
        yield running


@pytest.fixture
def url(installation: Installation, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A second web server of the same installation, which knows the provider."""
    port = free_port()
    variables = installation.environment | {
        "DENTALHUB_OIDC_PROVIDERS": "mock",
        "DENTALHUB_OIDC_MOCK_ISSUER": provider.url,
        "DENTALHUB_OIDC_MOCK_CLIENT_ID": "dentalhub",
        "DENTALHUB_OIDC_MOCK_CLIENT_SECRET": "a secret",
        "DENTALHUB_OIDC_MOCK_ROLES": "dental=analyst",
        "DENTALHUB_OIDC_MOCK_CREATES_PEOPLE": "1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with ProcessGroup() as group:
        command = [sys.executable, str(ROOT / "manage.py"), "runserver", "--noreload", f"127.0.0.1:{port}"]
        group.start("dentalhub", command)
        wait_until_up(f"http://127.0.0.1:{port}", "/health/ready")
        yield f"http://127.0.0.1:{port}"


def approve(page: Page) -> None:
    """What the person does at the provider."""
    page.locator("input[name=sub]").first.fill("olga")
    page.get_by_role("button", name="Authorize").first.click()


def test_there_and_back_and_there_again_for_something_far_reaching(
    page: Page, url: str, provider: RunningProvider
) -> None:
    provider.says_when(1_000_000)
    page.goto(f"{url}/runs/")
    page.get_by_role("link", name="Sign in with Mock").click()
    approve(page)
    expect(page).to_have_url(f"{url}/runs/")
    expect(page.locator(".menu__name")).to_have_text("olga")
    page.goto(f"{url}/accounts/tokens/new/")
    assert page.url.startswith(provider.url)
    provider.says_when(int(page.evaluate("Date.now() / 1000")))
    approve(page)
    expect(page).to_have_url(f"{url}/accounts/tokens/new/")
