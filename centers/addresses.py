"""Addresses that nothing here may ever connect to, in whatever form they are written. *Pure*."""

import ipaddress
import re
from collections.abc import Iterator
from enum import StrEnum

from dentalhub.network_settings import Address

# A DNS name, an IPv4 address or a bracketless IPv6 address: nothing that could end a value in a connection string, and
# no dot at the end, which would give a host a second name. Each label ends in a dot or the end, so that no value can
# be read in two ways (that would take exponential time).
_LABEL = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"
HOST = re.compile(rf"\A(?:{_LABEL}(?:\.{_LABEL})*|[0-9A-Fa-f:]{{2,45}})\Z")


class Block(StrEnum):
    """Why an address is always refused."""

    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"
    METADATA = "cloud metadata"
    MULTICAST = "multicast"
    RESERVED = "reserved"
    DISGUISED = "disguised"


# Where clouds hand out the secrets of their machines; 169.254.169.254 is link-local already.
METADATA_ADDRESSES = frozenset(
    ipaddress.ip_address(text)
    for text in (
        *("100.100.100.200", "168.63.129.16", "192.0.0.192"),  # Alibaba, Azure, Oracle
        *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"),  # AWS, Google
    )
)
METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
LOOPBACK_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"}
)
_RESERVED = tuple(
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "192.0.0.0/24", "240.0.0.0/4", "::/128", "100::/64", "fec0::/10")
)
_THIS_MACHINE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
# IPv6 addresses that end in an IPv4 one: mapped, compatible, translated, NAT64 as it is known and as it is local.
_ENDS_IN_IPV4 = tuple(
    ipaddress.IPv6Network(text)
    for text in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
# What the system's resolver would take for an address in another writing: 2130706433, 0x7f.1, 127.1, 0177.0.0.1.
_NUMERIC_END = re.compile(r"(?:\A|\.)(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?\Z")


def literal(host: str) -> Address | None:
    """The address that `host` is, in the one usual writing; None for everything else. A zone id is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return None if "%" in host else address


def is_odd_number(host: str) -> bool:
    """True for what looks like a name, yet ends in a number, as only an unusual writing of an address does."""
    return literal(host) is None and ":" not in host and _NUMERIC_END.search(host) is not None


def is_loopback_name(host: str) -> bool:
    """True for the names of this machine."""
    name = host.lower().rstrip(".")
    return name in LOOPBACK_NAMES or name.endswith((".localhost", ".localhost.localdomain"))


def is_metadata_name(host: str) -> bool:
    """True for the names of clouds' metadata services."""
    return host.lower().rstrip(".") in METADATA_NAMES


def block_of(address: Address) -> Block | None:
    """Why `address` is always refused; None when it is not."""
    found = _plain_block(address)
    if found is None and any(_plain_block(inner) is not None for inner in _inside(address)):
        return Block.DISGUISED
    return found


def _plain_block(address: Address) -> Block | None:
    if address in METADATA_ADDRESSES:
        return Block.METADATA
    if any(address in network for network in _THIS_MACHINE):
        return Block.LOOPBACK
    if address.is_link_local:
        return Block.LINK_LOCAL
    if address.is_multicast:
        return Block.MULTICAST
    if any(address in network for network in _RESERVED):
        return Block.RESERVED
    return None


def _inside(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one carries."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    number = int(address)
    last = ipaddress.IPv4Address(number & 0xFFFF_FFFF)
    if any(address in network for network in _ENDS_IN_IPV4) or (number >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield last
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
