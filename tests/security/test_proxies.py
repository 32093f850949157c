"""Host and X-Forwarded-*: who may say how a browser reached us, and the names of cookies behind HTTPS."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from dentalhub.client_address import networks
from dentalhub.proxies import TrustedProxiesMiddleware
from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
SAID = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Port": "443",
    "Forwarded": "for=203.0.113.9",
    "X-Real-IP": "203.0.113.9",
}


def left_over(address: str) -> set[str]:
    """Which of SAID the views get when `address` says them."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxiesMiddleware(view)(RequestFactory(headers=SAID).get("/", REMOTE_ADDR=address))
    return {name for name in SAID if name in seen[0].headers}


@pytest.mark.parametrize(
    ("trusted", "address", "believed"),
    [
        ([], "127.0.0.1", False),
        (["127.0.0.0/8"], "127.0.0.1", True),
        (["127.0.0.0/8"], "::ffff:127.0.0.1", True),
        (["10.1.0.0/16", "fd00::/8"], "fd00::7", True),
        (["10.1.0.0/16"], "10.2.0.1", False),
        # A web server behind a socket file hears no address.
        (["10.1.0.0/16"], "", False),
        (["127.0.0.0/8"], "", True),
    ],
)
def test_only_a_trusted_proxy_is_believed(settings: Settings, trusted: list[str], address: str, believed: bool) -> None:
    settings.TRUSTED_PROXIES = networks(trusted)
    assert left_over(address) == (set(SAID) if believed else set())


@pytest.mark.parametrize(
    "host",
    ["elsewhere.example", "testserver.elsewhere.example", "testserver@elsewhere.example", "testserver:80:80", ""],
)
@pytest.mark.django_db
def test_strangers_host_is_refused_and_not_repeated(client: Client, host: str) -> None:
    answer = client.get("/accounts/login/", headers={"Host": host})
    assert (answer.status_code, "elsewhere.example" in answer.content.decode()) == (400, False)


@pytest.mark.django_db
def test_forwarded_host_changes_nothing(client: Client) -> None:
    answer = client.get("/centers", headers={"X-Forwarded-Host": "elsewhere.example"})
    assert answer.headers["Location"] == "/centers/"


@pytest.mark.parametrize(("secure", "prefix"), [("1", "__Host-"), ("", "")])
def test_cookies_behind_https_belong_to_this_host_alone(tmp_path: Path, secure: str, prefix: str) -> None:
    code = """
import json, django; django.setup()
from django.conf import settings as s
print(json.dumps([[s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME]] + [
    [getattr(s, f"{cookie}_COOKIE_{part}") for cookie in ("SESSION", "CSRF", "LANGUAGE")]
    for part in ("SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]))
"""
    given = {"DENTALHUB_ENV_FILE": os.devnull, "DENTALHUB_DATA_DIR": str(tmp_path), "DENTALHUB_SECRET_KEY": SECRET_KEY}
    given |= {"DENTALHUB_SECURE": secure} if secure else {}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "dentalhub.settings"} | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [
        [f"{prefix}sessionid", f"{prefix}csrftoken", f"{prefix}language"],
        [bool(secure)] * 3,
        [True] * 3,
        ["Lax"] * 3,
        ["/"] * 3,
        [None] * 3,
    ]
