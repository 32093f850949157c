"""Is anybody there? Asked before each login, because the driver answers only after its whole login timeout."""

import errno
import socket
from typing import Any

from centers.exceptions import SourceErrorKind
from centers.source_errors import error_of_kind

PROBE_SECONDS = 2.0
# From connect(2): nothing listens, as opposed to nobody answers.
_REFUSED = frozenset({errno.ECONNREFUSED, errno.ECONNRESET})

Address = tuple[socket.AddressFamily, tuple[Any, ...]]


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of `host`, in the system's order; `reachable` judges them. Raises SourceError of kind DNS."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise error_of_kind(SourceErrorKind.DNS) from error
    return [(family, address) for family, _kind, _protocol, _name, address in found]


def knock(addresses: list[Address], timeout: float = PROBE_SECONDS) -> Address:
    """Connect to the addresses in turn, hang up at the first that answers, and return it.

    Raises SourceError: REFUSED when an address says no, UNREACHABLE when none says anything within `timeout` seconds.
    """
    kinds = set()
    for family, address in addresses:
        kind = _attempt(family, address, timeout)
        if kind is None:
            return family, address
        kinds.add(kind)
    refused = SourceErrorKind.REFUSED in kinds
    raise error_of_kind(SourceErrorKind.REFUSED if refused else SourceErrorKind.UNREACHABLE)


def _attempt(family: socket.AddressFamily, address: tuple[Any, ...], timeout: float) -> SourceErrorKind | None:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(timeout)
        try:
            client.connect(address)
        except OSError as error:
            return SourceErrorKind.REFUSED if error.errno in _REFUSED else SourceErrorKind.UNREACHABLE
    return None
