"""A gap that is known: the driver goes where a server that it has logged in to sends it (docs/operations.md).

The day this test fails, the driver has a way to stay, and the gap can be closed.
"""

import datetime as dt
import socket
import struct
import threading
from pathlib import Path

import pytest

from centers import credentials
from centers.connection import open_connection
from centers.exceptions import SourceError
from centers.secret import Secret
from centers.server_spec import ServerSpec
from dentalhub.sandbox.engine.session import Session
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.tds import tokens
from tests.centers.listening import listening
from tests.centers.listening_sandbox import listening_sandbox
from tests.conftest import LAST_DAY

ROUTING = 20


def routing(host: str, port: int) -> bytes:
    """ENVCHANGE 20: go on at another server (MS-TDS 2.2.7.9)."""
    name = host.encode("utf-16-le")
    place = struct.pack("<BHH", 0, port, len(name) // 2) + name
    body = bytes([ROUTING]) + struct.pack("<H", len(place)) + place + struct.pack("<H", 0)
    return struct.pack("<BH", 0xE3, len(body)) + body


def test_driver_follows_a_server_that_sends_it_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "password_of", lambda _spec: Secret("right"))
    network = build_network(tmp_path, NetworkOptions(until=LAST_DAY, centers=1, servers=1, days=1, rows_per_day=1))
    heard = threading.Event()

    def other_place(client: socket.socket) -> None:
        if client.recv(1):
            heard.set()

    plain = Session._login_reply
    with listening_sandbox(network, "right") as sandbox, listening(other_place) as port:
        elsewhere = routing("127.0.0.1", port)
        end = tokens.done()
        monkeypatch.setattr(
            Session, "_login_reply", lambda self, name: plain(self, name).removesuffix(end) + elsewhere + end
        )
        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        spec = ServerSpec("127.0.0.1", sandbox.port, sandbox.user, "env:X", encrypt="no", trusted_until=tomorrow)
        with pytest.raises(SourceError):
            open_connection(spec)
        assert heard.wait(5) is True
        # The password went to the first server only: the other one did not answer its greeting.
        assert len(sandbox.logins) == 1
