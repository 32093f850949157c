"""What a hostile or broken client meets: never silence, never a crash of the server."""

import socket
import struct

import pytest

from dentalhub.sandbox.tds.login import Encryption, build_prelogin
from dentalhub.sandbox.tds.packets import PacketType, to_packets
from tests.sandbox.conftest import Served

PLAIN = to_packets(PacketType.PRELOGIN, build_prelogin(Encryption.NOT_SUPPORTED, federated=False))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        to_packets(PacketType.BATCH, b"\x04\x00\x00\x00"),
        to_packets(PacketType.PRELOGIN, b"\x00"),
        PLAIN + to_packets(PacketType.LOGIN7, b"\x00" * 20),
        PLAIN + to_packets(PacketType.BATCH, b"\x04\x00\x00\x00"),
        PLAIN + struct.pack(">BBHHBB", 0x10, 0, 9, 0, 1, 0) * 9000,
        b"\x16\x03\x01\x00\x05hello",
    ],
    ids=["http", "batch first", "short prelogin", "short login", "no login", "endless login", "no tls"],
)
def test_foreign_bytes_end_the_connection(served: Served, data: bytes) -> None:
    port = served.process.ports[served.first.server]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        received = b""
        try:
            client.sendall(data)
            while piece := client.recv(4096):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    assert len(received) < 200
    connection = served.connect()
    assert connection.execute("SELECT 1").fetchval() == 1
    connection.close()
