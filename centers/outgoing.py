"""HTTP to receivers that the operator lists: never to an address that is always refused, whatever a name stands for.

A name is resolved once and connected to where it was judged; the certificate is checked against the name. Redirects
are followed by nobody: `http.client` does not, and neither does it ask a proxy.
"""

import hmac
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from centers.network_rules import always_refused

if TYPE_CHECKING:
    from _typeshed import SupportsRead

# An operator who writes one of these means this machine; no other name may lead here.
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class RefusedAddressError(OSError):
    """A receiver's name stands for an address that nobody may be sent to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered, without its text."""

    status: int
    retry_after: str | None

    @property
    def is_taken(self) -> bool:
        """True when it has what was sent."""
        return 200 <= self.status < 300


def is_callable(address: str) -> bool:
    """True for https, and for http on this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in OWN_HOSTS)
    )


def post(address: str, body: "bytes | SupportsRead[bytes]", headers: Mapping[str, str], silence: float) -> Reply:
    """POST once; `silence` is how many seconds the receiver may say nothing. Raises OSError, HTTPException."""
    parts = urlsplit(address)
    connection = connection_to(address, silence)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers.get("Retry-After"))
    finally:
        connection.close()


def signature(key: str, timestamp: str, pieces: Iterable[bytes]) -> str:
    """`sha256=` and the HMAC-SHA256 of timestamp, dot and body in hexadecimal: the header X-Dentalhub-Signature."""
    made = hmac.new(key.encode(), f"{timestamp}.".encode(), sha256)
    for piece in pieces:
        made.update(piece)
    return f"sha256={made.hexdigest()}"


def connection_to(address: str, timeout: float) -> HTTPConnection:
    """A connection to the receiver at this http or https address, opened by its first request.

    That raises RefusedAddressError, which is an OSError, or what sockets raise otherwise. `timeout` is in seconds.
    """
    parts = urlsplit(address)
    if parts.scheme == "https":
        return _Https(parts.hostname or "", parts.port, timeout=timeout)
    return _Http(parts.hostname or "", parts.port, timeout=timeout)


class _Http(HTTPConnection):
    def connect(self) -> None:
        self.sock = _judged_socket(self.host, self.port, self.timeout)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(_judged_socket(self.host, self.port, self.timeout), server_hostname=self.host)


def _judged_socket(host: str, port: int, timeout: float | None) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if host.lower() not in OWN_HOSTS:
        for _family, _type, _protocol, _name, place in found:
            if reason := always_refused(str(place[0])):
                raise RefusedAddressError(reason)
    failure: OSError = OSError("no address")
    for family, _type, _protocol, _name, place in found:
        client = socket.socket(family, socket.SOCK_STREAM)
        client.settimeout(timeout)
        try:
            client.connect(place)
        except OSError as error:
            client.close()
            failure = error
            continue
        return client
    raise failure
