"""The way to a source: a name is resolved once, and whoever connects takes one of exactly these addresses.

Each of them is judged, and one that is refused refuses the name. An answer of the name server that changes afterwards
(DNS rebinding) changes nothing, for nobody asks again: neither a probe nor the driver gets a name.
"""

from centers import tcp_probe
from centers.exceptions import SourceError, SourceErrorKind
from centers.network_rules import address_refusal, host_refusal
from centers.tcp_probe import Address


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of `host`, each of them allowed. Raises SourceError of kind NETWORK or DNS."""
    _refuse(host_refusal(host))
    found = tcp_probe.resolve(host, port)
    for _family, address in found:
        _refuse(address_refusal(str(address[0]), port))
    return found


def _refuse(reason: str) -> None:
    if reason:
        raise SourceError(SourceErrorKind.NETWORK, reason)
