"""What can become of a message, and what to do about it. *Pure*."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What came of one attempt, without anything that the receiver said or that is secret."""

    SENT = "sent", _("arrived")
    ADDRESS = "address", _("address not allowed")
    SECRET = "secret", _("address unreadable")
    DNS = "dns", _("host name unknown")
    UNREACHABLE = "unreachable", _("receiver unreachable")
    TIMEOUT = "timeout", _("no answer in time")
    TLS = "tls", _("no trusted encryption")
    REDIRECT = "redirect", _("sent elsewhere")
    FORBIDDEN = "forbidden", _("refused")
    GONE = "gone", _("address not known any more")
    NOT_TAKEN = "not_taken", _("message not accepted")
    TOO_MANY = "too_many", _("too many messages")
    SERVER_ERROR = "server_error", _("trouble at the receiver")
    MAIL_SERVER = "mail_server", _("mail server refused")
    RECIPIENTS = "recipients", _("all recipients refused")
    INTERRUPTED = "interrupted", _("interrupted")


# Trying again may help; everything else needs a person first.
PASSING = frozenset(
    {
        *(Outcome.DNS, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.TLS, Outcome.TOO_MANY, Outcome.SERVER_ERROR),
        *(Outcome.MAIL_SERVER, Outcome.INTERRUPTED, Outcome.SECRET),
    }
)
ADVICE: dict[str, Promise] = {
    Outcome.ADDRESS: _("Ask whoever runs dentalhub to add the host to DENTALHUB_ALERT_HOSTS, or type another address."),
    Outcome.SECRET: _("Type the address again; DENTALHUB_SECRET_KEYS lacks the key that it was stored with."),
    Outcome.DNS: _("Check the host of the address, and whether this machine can look up names."),
    Outcome.UNREACHABLE: _("Check that the firewall lets this machine connect to the host."),
    Outcome.TIMEOUT: _("The receiver took the connection and said nothing. Try again later."),
    Outcome.TLS: _(
        "The certificate of the receiver cannot be trusted: expired, another name, or an unknown authority."
    ),
    Outcome.REDIRECT: _(
        "The receiver wants to be called elsewhere, which is never done. Type the address it moved to."
    ),
    Outcome.FORBIDDEN: _("The receiver knows the address, but takes nothing from it. Make a new webhook there."),
    Outcome.GONE: _("The webhook was deleted or its channel archived. Make a new one there and type its address here."),
    Outcome.NOT_TAKEN: _("Check that the kind of this channel is right for the receiver."),
    Outcome.TOO_MANY: _("The receiver takes no more messages for a while; it is tried again by itself."),
    Outcome.SERVER_ERROR: _("The receiver has trouble of its own; it is tried again by itself."),
    Outcome.MAIL_SERVER: _("Check DENTALHUB_EMAIL_URL with whoever runs dentalhub."),
    Outcome.RECIPIENTS: _("The mail server takes none of the addresses. Check how they are written."),
    Outcome.INTERRUPTED: _("The worker ended while it sent; it is tried again by itself."),
}


def outcome_of_status(status: int) -> Outcome:
    """What an HTTP status means for a message."""
    if 200 <= status < 300:
        return Outcome.SENT
    if 300 <= status < 400:
        return Outcome.REDIRECT
    special = {401: Outcome.FORBIDDEN, 403: Outcome.FORBIDDEN, 404: Outcome.GONE, 410: Outcome.GONE}
    special |= {408: Outcome.TIMEOUT, 425: Outcome.TOO_MANY, 429: Outcome.TOO_MANY}
    return special.get(status) or (Outcome.SERVER_ERROR if status >= 500 else Outcome.NOT_TAKEN)


def advice(outcome: str) -> str:
    """What to do, in a sentence; empty when there is nothing to do."""
    found = ADVICE.get(outcome)
    return "" if found is None else str(found)
