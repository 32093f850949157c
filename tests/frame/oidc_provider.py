"""A real OpenID Connect provider on this machine, as a separate web server."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

with warnings.catch_warnings():
    # The package uses parts of others that are to be renamed.
    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from oidc_provider_mock._storage import AuthorizationCode


@dataclass(frozen=True, slots=True)
class RunningProvider:
    """The provider's address; it knows no person until one is written to it."""

    url: str
    patch: pytest.MonkeyPatch

    def knows(self, sub: str, **claims: Any) -> None:
        """Tell the provider who `sub` is."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def says_when(self, auth_time: int) -> None:
        """Put this time of the person's sign-in into the tokens that follow."""
        self.patch.setattr(AuthorizationCode, "get_auth_time", lambda _code: auth_time)

    def approve(self, address: str, sub: str) -> str:
        """Sign in as `sub` on the page at `address`, and return the path to which the provider sends the browser."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def sign_in(self, client: Client, sub: str, start: str = "/accounts/oidc/mock/login/") -> Any:
        """Go to the provider, sign in there and come back; the answer to coming back."""
        away = client.get(start)
        assert away.status_code == 302, away.content.decode()
        return client.get(self.approve(away.headers["Location"], sub))


def parameters(address: str) -> dict[str, str]:
    """The query of `address`."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running_provider(patch: pytest.MonkeyPatch) -> Iterator[RunningProvider]:
    """Start the provider on a free port of the loopback."""
    patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with oidc_provider_mock.run_server_in_thread() as server:
            yield RunningProvider(f"http://localhost:{server.server_port}", patch)
