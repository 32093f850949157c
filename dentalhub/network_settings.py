"""Which networks and ports the settings allow. *Pure*."""

import ipaddress
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ports = tuple[int, int]

# Practices are reached inside their own network or through a VPN, which have private addresses (RFC 1918, RFC 4193).
PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
# SQL Server's own port, and those that Windows gives to its named instances.
SQL_SERVER_PORTS = ("1433", "49152-65535")


def checked_networks(texts: Sequence[str], variable: str) -> tuple[Network, ...]:
    """The networks in CIDR form. Raises ImproperlyConfigured for anything else."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable}: write networks such as 10.0.0.0/8. {error}") from None


def checked_ports(texts: Sequence[str], variable: str) -> tuple[Ports, ...]:
    """Single ports and ranges, each as its first and last port. Raises ImproperlyConfigured for anything else."""
    found = []
    for text in texts:
        first, dash, last = text.partition("-")
        try:
            ports = int(first), int(last if dash else first)
        except ValueError:
            ports = (0, 0)
        if not 1 <= ports[0] <= ports[1] <= 65_535:
            raise ImproperlyConfigured(f"{variable}: write ports such as 1433 or 49152-65535, not {text!r}.")
        found.append(ports)
    return tuple(found)
