"""Receivers of webhooks on this machine, well and ill, and channels that lead to them."""

import base64
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.db import transaction

from centers.secret import Secret
from extraction.alerts.secrets import Receiver, keep_receiver
from extraction.models import AlertChannel
from tests.centers.listening import listening
from tests.extraction.alert_builders import channel

KEYS = [base64.urlsafe_b64encode(bytes([1]) * 32).decode()]
# What must be in no log, page, event or export.
CANARY = "canary-9c41-token"
SIGNING_KEY = "canary-7be2-signing-key"


class Inbox(ThreadingHTTPServer):
    """Answers with `statuses`, then always with 200, and keeps what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.received: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        """Where it listens, with a secret in the path as Slack and Teams have it."""
        return f"http://127.0.0.1:{self.server_port}/hooks/{CANARY}?sig={CANARY}"

    @property
    def documents(self) -> list[Any]:
        """The bodies."""
        return [json.loads(body) for _path, _headers, body in self.received]

    @property
    def keys(self) -> list[str]:
        """By which key each message came."""
        return [headers["X-Dentalhub-Delivery"] for _path, headers, _body in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def inbox() -> Iterator[Inbox]:
    """A running inbox."""
    with Inbox() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def webhook(address: str, kind: str = "webhook", name: str = "Hook", **fields: Any) -> AlertChannel:
    """A channel that posts to `address`."""
    made = channel(name, kind=kind, recipients="", **fields)
    with transaction.atomic():
        keep_receiver(made, Receiver(Secret(address), Secret(SIGNING_KEY if kind == "webhook" else "")))
    return made


def falls_silent(client: socket.socket) -> None:
    """Takes the connection and says nothing."""
    client.recv(65_536)
    time.sleep(3)


def drips(client: socket.socket) -> None:
    """Never silent for long, and never ready."""
    client.recv(65_536)
    for character in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 400:
        client.sendall(bytes([character]))
        time.sleep(0.05)


def talks_nonsense(client: socket.socket) -> None:
    """Answers as no web server does."""
    client.recv(65_536)
    client.sendall(b"220 mail.example ESMTP\r\n")


def hangs_up(client: socket.socket) -> None:
    """Ends the connection in the middle of the answer's head."""
    client.recv(65_536)
    client.sendall(b"HTTP/1.1 2")


def encrypted(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Shakes hands with a certificate that nobody trusts."""

    def converse(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as wrapped:
            wrapped.recv(65_536)

    return converse


@contextmanager
def ill(converse: Callable[[socket.socket], None], scheme: str = "http") -> Iterator[str]:
    """The address of a receiver that holds this conversation."""
    with listening(converse) as port:
        yield f"{scheme}://127.0.0.1:{port}/hooks/{CANARY}"
