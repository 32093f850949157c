"""Stands between driver and server: records what the driver sends, cuts the line, or swallows all that comes."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class WireProxy:
    """Forwards connections to a port of this machine, until the block around `proxied` ends."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._silent: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.sent = bytearray()
        self._start(self._accept)

    @property
    def port(self) -> int:
        """Where to connect to."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def connections(self) -> int:
        """How many were made so far, those of probes too."""
        return len(self._pairs)

    def cut(self) -> None:
        """End all connections; new ones are forwarded."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def swallow(self) -> None:
        """Let nothing through any more on the connections there are, as a firewall that forgot them."""
        self._silent.update(end for pair in self._pairs for end in pair)

    def close(self) -> None:
        """Take no more connections and end those there are."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for end in (self._listener, *(end for pair in self._pairs for end in pair)):
            end.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._pairs.append((client, server))
            for source, sink in ((client, server), (server, client)):
                self._start(self._forward, source, sink, source is client)

    def _forward(self, source: socket.socket, sink: socket.socket, is_driver: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if source in self._silent:
                    continue
                if is_driver:
                    self.sent += data
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxied(port: int) -> Iterator[WireProxy]:
    """A proxy before this port."""
    proxy = WireProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
