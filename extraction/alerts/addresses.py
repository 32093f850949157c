"""Where alerts may be posted to: the hosts that the operator lists. *Pure*, but for the settings.

`centers.outgoing` judges what the name stands for when it connects, and follows no redirect.
"""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from centers.outgoing import OWN_HOSTS

MOST_CHARACTERS = 2000
_HTTPS = 443


def address_refusal(address: str) -> str:
    """Why nothing is posted to `address`, in a sentence; empty when it may be."""
    parts = _parts(address)
    if parts is None or not parts.hostname:
        return _("This is no address of a webhook. It begins with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        return _("An address of a webhook has neither a user nor a part behind a #.")
    if settings.SANDBOX and parts.hostname in OWN_HOSTS and parts.scheme in {"http", "https"}:
        return ""
    if parts.scheme != "https":
        return _("The address must begin with https://.")
    if not any(_is_meant(allowed, parts.hostname, parts.port or _HTTPS) for allowed in settings.ALERT_HOSTS):
        return _("Alerts may not be posted to %(host)s. Allowed are: %(hosts)s (DENTALHUB_ALERT_HOSTS).") % {
            "host": shown_host(address),
            "hosts": ", ".join(settings.ALERT_HOSTS),
        }
    return ""


def shown_host(address: str) -> str:
    """The host of an address, with its port where it is not the usual one: all that is ever shown of it."""
    parts = _parts(address)
    if parts is None or not parts.hostname:
        return ""
    port = parts.port
    return parts.hostname if port in {None, _HTTPS} else f"{parts.hostname}:{port}"


def _parts(address: str) -> SplitResult | None:
    """The parts; None for what could be read in two ways."""
    if len(address) > MOST_CHARACTERS or not address.isascii() or not address.isprintable() or " " in address:
        return None
    # Some take a backslash for a slash.
    if "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts


def _is_meant(allowed: str, host: str, port: int) -> bool:
    name, _colon, allowed_port = allowed.partition(":")
    if port != int(allowed_port or _HTTPS):
        return False
    return host.endswith(name) if name.startswith(".") else host == name
