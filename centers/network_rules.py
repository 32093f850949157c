"""What the settings allow to connect to. *Pure*, but for the settings."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.addresses import HOST, Block, block_of, is_loopback_name, is_metadata_name, is_odd_number, literal
from dentalhub.network_settings import Address

_KINDS = {
    Block.LINK_LOCAL: gettext_lazy("link-local"),
    Block.METADATA: gettext_lazy("metadata of a cloud"),
    Block.MULTICAST: gettext_lazy("multicast"),
    Block.RESERVED: gettext_lazy("reserved"),
    Block.DISGUISED: gettext_lazy("another refused address within"),
}


def host_refusal(host: str) -> str:
    """Why nothing may connect to `host`, as far as it can be told without a name server; '' when nothing is known."""
    if (address := literal(host)) is not None:
        return _judged(address)
    if not HOST.match(host) or is_odd_number(host):
        return _("Write a host name, or an address as 10.1.2.3: other ways to write an address are refused.")
    if is_metadata_name(host):
        return _always(Block.METADATA)
    return _always(Block.LOOPBACK) if is_loopback_name(host) and not settings.SANDBOX else ""


def address_refusal(text: str, port: int) -> str:
    """Why nothing may connect to this resolved address and port; '' when it may."""
    address = literal(text)
    if address is None:
        # A zone id: it belongs to a link-local address.
        return _always(Block.LINK_LOCAL)
    return _judged(address) or ("" if _is_own(address) else port_refusal(port))


def always_refused(text: str) -> str:
    """Why this resolved address is refused whatever is allowed; '' when it is not."""
    address = literal(text)
    block = Block.LINK_LOCAL if address is None else block_of(address)
    if block is None or (block is Block.LOOPBACK and settings.SANDBOX):
        return ""
    return _always(block)


def port_refusal(port: int) -> str:
    """Why nothing may connect to `port` of another machine; '' when it may."""
    if any(first <= port <= last for first, last in settings.SOURCE_PORTS):
        return ""
    return _("Port %(port)s is not allowed (DENTALHUB_SOURCE_PORTS).") % {"port": port}


def _is_own(address: Address) -> bool:
    return settings.SANDBOX and block_of(address) is Block.LOOPBACK


def _judged(address: Address) -> str:
    if _is_own(address):
        return ""
    if (block := block_of(address)) is not None:
        return _always(block)
    if any(address in network for network in settings.SOURCE_NETWORKS):
        return ""
    text = _("The address %(address)s is in none of the allowed networks (DENTALHUB_SOURCE_NETWORKS).")
    return text % {"address": address}


def _always(block: Block) -> str:
    if block is Block.LOOPBACK:
        return _("Addresses of this machine are refused; only a demo may use them (DENTALHUB_SANDBOX).")
    return _("This address is always refused: %(kind)s.") % {"kind": _KINDS[block]}
