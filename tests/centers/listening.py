"""Small servers for tests of the probes: each answers one connection in a way of its own."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Conversation = Callable[[socket.socket], None]


@contextmanager
def listening(converse: Conversation) -> Iterator[int]:
    """The port of a server that holds `converse` with whoever connects, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stopped = threading.Event()

        def serve() -> None:
            while not stopped.is_set():
                try:
                    client, _address = server.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(2)
                    try:
                        converse(client)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stopped.set()
            thread.join(5)


def packet(kind: int, payload: bytes) -> bytes:
    return struct.pack(">BBHHBB", kind, 1, 8 + len(payload), 0, 1, 0) + payload


def prelogin_answer(encryption: int) -> bytes:
    """A PRELOGIN reply with this ENCRYPTION value."""
    return packet(0x04, bytes([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF]) + bytes(6) + bytes([encryption]))


def sql_server(encryption: int, context: ssl.SSLContext | None = None) -> Conversation:
    """Answers PRELOGIN with `encryption`, then shakes hands with TLS inside PRELOGIN packets."""

    def converse(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(prelogin_answer(encryption))
        if context is None:
            return
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        for _attempt in range(20):
            try:
                session.do_handshake()
            except ssl.SSLWantReadError:
                if outgoing.pending:
                    client.sendall(packet(0x12, outgoing.read()))
                incoming.write(client.recv(8192)[8:])
                continue
            except ssl.SSLError:
                return
            client.sendall(packet(0x12, outgoing.read()))
            return

    return converse


def silent(client: socket.socket) -> None:
    """Reads what comes and says nothing."""
    while client.recv(4096):
        pass


def web_server(client: socket.socket) -> None:
    client.recv(4096)
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def hangs_up(client: socket.socket) -> None:
    client.recv(4096)
