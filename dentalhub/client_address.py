"""Where a request comes from when proxies stand before dentalhub. *Pure* but for `of`.

`X-Forwarded-For` is a list that every client can begin as it likes, and to whose end each proxy adds whom it heard. So
it is read from the end, as long as trusted proxies have written it.
"""

import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What a web server behind a socket file hears.
THIS_MACHINE = "127.0.0.1"


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """The addresses and networks of `names`, such as `10.0.0.5` or `10.1.0.0/16`. Raises ValueError for others."""
    return tuple(ipaddress.ip_network(name.strip()) for name in names)


def client_address(remote: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of the nearest one that is no trusted proxy.

    `remote` is who is connected, `forwarded` the value of X-Forwarded-For. What is no address ends the search: the last
    trusted one counts then.
    """
    nearest = _normal(remote) or THIS_MACHINE
    for written in reversed(forwarded.split(",")):
        if not any(ipaddress.ip_address(nearest) in network for network in trusted):
            break
        further = _normal(written)
        if further is None:
            break
        nearest = further
    return nearest


def of(request: HttpRequest) -> str:
    """The address of the client of `request`, behind the proxies of `settings.TRUSTED_PROXIES`."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES)


def _normal(text: str) -> str | None:
    """An address without brackets and port, an IPv4 one in IPv6 clothes as IPv4; None when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
