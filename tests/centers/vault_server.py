"""A small HTTP server that speaks as much of Vault as dentalhub asks for: KV v2 and v1, tokens, AppRole, namespaces."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]


@dataclass
class FakeVault:
    """What the server knows, and what it was asked; `secrets` are by their whole path below the mount."""

    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {"t-good"})
    roles: dict[str, str] = field(default_factory=dict)
    kv1_mounts: tuple[str, ...] = ("old",)
    namespace: str = ""
    lease_seconds: int = 3600
    # What is answered to everything, in place of the truth.
    status: int = 0
    redirect: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, headers: dict[str, str], body: dict[str, str]) -> Answer:
        """Status and document for one request."""
        self.asked.append(f"{method} {path}")
        if self.status:
            return self.status, {"errors": ["canary: internal detail"]}
        if headers.get("x-vault-namespace", "") != self.namespace:
            return 404, {"errors": ["no handler for route"]}
        if path == "/v1/auth/approle/login":
            return self._login(body)
        if headers.get("x-vault-token") not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        return self._read(path.removeprefix("/v1/"))

    def _login(self, body: dict[str, str]) -> Answer:
        if self.roles.get(body.get("role_id", "")) != body.get("secret_id"):
            return 400, {"errors": ["invalid role or secret ID"]}
        token = f"t-{len(self.asked)}"
        self.tokens.add(token)
        return 200, {"auth": {"client_token": token, "lease_duration": self.lease_seconds}}

    def _read(self, path: str) -> Answer:
        mount, _separator, rest = path.partition("/")
        is_old = mount in self.kv1_mounts
        found = self.secrets.get(f"{mount}/{rest if is_old else rest.removeprefix('data/')}")
        if found is None or (not is_old and not rest.startswith("data/")):
            return 404, {"errors": []}
        return 200, {"data": found if is_old else {"data": found, "metadata": {"version": 1}}}


@contextmanager
def serving(vault: FakeVault) -> Iterator[FakeVault]:
    """Serve `vault` on a free port of this machine; its `url` says where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: dict[str, str]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, document = vault.answer(self.command, self.path, headers, body)
            text = json.dumps(document).encode()
            self.send_response(307 if vault.redirect else status)
            if vault.redirect:
                self.send_header("Location", vault.redirect + self.path)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vault.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield vault
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
