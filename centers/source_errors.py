"""What an error of the driver means, and what a person can do about it. *Pure*.

SQL Server's native error number decides, never the exception class: a deadlock is a plain `pyodbc.Error`, a failed
login an InterfaceError. The driver writes the number at the end of each of its messages: `... (18456)`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.error_numbers import ACTION_OF_KIND, RETRIES, RULE_OF_NUMBER, RULE_OF_STATE, Action, action_for
from centers.exceptions import SourceError, SourceErrorKind

Kind = SourceErrorKind

ADVICE: dict[Kind, Promise] = {
    Kind.NETWORK: gettext_lazy(
        "The settings do not allow to connect there. Check host and port, or let the operator allow the network."
    ),
    Kind.DNS: gettext_lazy("The host name is not known. Check the spelling of the host, or ask for its address."),
    Kind.REFUSED: gettext_lazy("Nothing listens on this port. Check the port, and that SQL Server runs with TCP/IP."),
    Kind.UNREACHABLE: gettext_lazy("The server cannot be reached. Check the VPN, the firewall and the address."),
    Kind.TLS: gettext_lazy("No trusted encrypted connection. Check the server's certificate and the TLS settings."),
    Kind.TRUST: gettext_lazy(
        "This server would be trusted blindly, and no approval holds. Verify or pin its certificate, or let a second "
        "admin approve it."
    ),
    Kind.LOGIN: gettext_lazy("The login was refused. Check the user and the secret behind the password reference."),
    Kind.LOGIN_TIMEOUT: gettext_lazy(
        "The server took the connection but no login in time. Check that it runs well, or raise its login timeout."
    ),
    Kind.CREDENTIAL: gettext_lazy("The password reference leads nowhere. Check the reference and what it points to."),
    Kind.SECRET_STORE: gettext_lazy(
        "The secret store does not answer. Check that Vault or AWS Secrets Manager runs and can be reached from here."
    ),
    Kind.DATABASE: gettext_lazy("The database cannot be opened. Check its name and that it is online."),
    Kind.TABLE: gettext_lazy("A table is missing. Discover the center again and review its mapping."),
    Kind.COLUMN: gettext_lazy("A column is missing. Discover the center again and review its mapping."),
    Kind.SCHEMA: gettext_lazy(
        "The schema changed after the approval. Discover the center again and review its mapping."
    ),
    Kind.PERMISSION: gettext_lazy("The login may not read this. Grant it SELECT on the practice's tables."),
    Kind.DEADLOCK: gettext_lazy("The practice's own work had to go first (deadlock). It can be tried again."),
    Kind.LOCK_TIMEOUT: gettext_lazy("The table was locked for too long. Try again later, or outside office hours."),
    Kind.CONFLICT: gettext_lazy("The practice changed the rows while they were read. It can be tried again."),
    Kind.BUSY: gettext_lazy("The server is short of resources. Try again later, or lower its parallel connections."),
    Kind.TIMEOUT: gettext_lazy("The server did not answer in time. Try again later, or raise its timeouts."),
    Kind.HUNG: gettext_lazy("The server took the connection and then fell silent. Check it, then try again."),
    Kind.CONNECTION_LOST: gettext_lazy("The connection broke. Try again; if it breaks again, check the network."),
    Kind.INCOMPLETE: gettext_lazy("Not all rows arrived, so none were kept. Try again."),
    Kind.DRIVER: gettext_lazy("The ODBC driver cannot be loaded. Run `make setup` on this machine."),
    Kind.POOLING: gettext_lazy(
        "ODBC connection pooling is on, which can mix practices. Switch it off in this machine's odbcinst.ini."
    ),
    Kind.PROTOCOL: gettext_lazy("The answer is not SQL Server's. Check that host and port lead to a SQL Server."),
    Kind.OTHER: gettext_lazy("The server reported an error. Look its number up in SQL Server's documentation."),
}

# What a login meets before it can name a database, and what slows every session.
SERVER_KINDS = frozenset(
    {
        *(Kind.DNS, Kind.REFUSED, Kind.UNREACHABLE, Kind.TLS),
        *(Kind.LOGIN, Kind.LOGIN_TIMEOUT, Kind.CREDENTIAL, Kind.BUSY),
    }
)
# Not the practice's fault, or a mapping that waits for its reviewer: leaving the practice alone mends none of these.
NO_BREAKER_KINDS = frozenset(
    {
        *(Kind.SECRET_STORE, Kind.NETWORK, Kind.TRUST, Kind.DRIVER, Kind.POOLING),
        *(Kind.TABLE, Kind.COLUMN, Kind.SCHEMA),
    }
)
# The words stay English in every language of the server, because the driver writes them.
KIND_OF_WORDS = (
    (re.compile(r"SSL Provider|certificate verify|unsupported protocol|Encryption not", re.IGNORECASE), Kind.TLS),
    (re.compile(r"Protocol error in TDS stream|Unknown token received", re.IGNORECASE), Kind.PROTOCOL),
    # All that the driver says when its query timeout ends in the middle of a row.
    (re.compile(r"driver did not supply an error", re.IGNORECASE), Kind.TIMEOUT),
    (re.compile(r"no longer usable|Communication link failure|TCP Provider", re.IGNORECASE), Kind.CONNECTION_LOST),
)
_RECORD = re.compile(r"(?:;\s*)?(?=\[[0-9A-Z]{5}\] \[)")
_NUMBER = re.compile(r"\((\d{1,6})\)(?:\s*\(SQL\w+\))?[\s'\")]*\Z")
_QUOTED = re.compile(r"['\"]([^'\"]{1,400})['\"]")
# Messages of these kinds quote names of objects, never values of rows.
_NAMES_AN_OBJECT = frozenset({Kind.DATABASE, Kind.TABLE, Kind.COLUMN})


@dataclass(frozen=True, slots=True)
class Classification:
    """What one driver error means. `object_name` is the missing thing's name, or empty."""

    kind: Kind
    number: int | None
    transient: bool
    object_name: str = ""


def classify(sqlstate: str, text: str) -> Classification:
    """Judge a driver error by the native numbers in `text`, then by its words, then by `sqlstate`."""
    numbered = [(number, record) for record in _RECORD.split(text) if (number := _native_number(record)) is not None]
    known = next((pair for pair in numbered if pair[0] in RULE_OF_NUMBER), None)
    if known is not None:
        number, record = known
        kind = RULE_OF_NUMBER[number].kind
        return Classification(kind, number, _helps(action_for(kind, number)), _object_name(kind, record))
    rule = RULE_OF_STATE.get(sqlstate)
    kind = _kind_of_words(text) or (rule.kind if rule else Kind.OTHER)
    number_shown = numbered[-1][0] if numbered and kind is Kind.OTHER else None
    return Classification(kind, number_shown, _helps(ACTION_OF_KIND[kind]))


def source_error(sqlstate: str, text: str) -> SourceError:
    """The SourceError for a driver error; nothing of `text` but an object's name gets into it."""
    found = classify(sqlstate, text)
    message = advice(found.kind)
    if found.object_name:
        message = _("%(advice)s (%(name)s)") % {"advice": message, "name": found.object_name}
    elif found.kind is Kind.OTHER and found.number is not None:
        message = _("The server reported error %(number)s. Look it up in SQL Server's documentation.") % {
            "number": found.number
        }
    return SourceError(found.kind, message, number=found.number, transient=found.transient)


def error_of_kind(kind: Kind) -> SourceError:
    """A SourceError that no driver error stands behind, with the usual sentence."""
    return SourceError(kind, advice(kind), transient=_helps(ACTION_OF_KIND[kind]))


def retry_limit(error: SourceError) -> int:
    """How often the read may be tried again after its first attempt; 0 for what trying again cannot help."""
    return RETRIES[action_for(error.kind, error.number)]


def breaker_scope(kind: Kind) -> Literal["server", "center"] | None:
    """Whose breaker counts an error of this kind; None where a breaker would not help.

    An answer that failed after the login speaks of one center, even where its server is at fault: if the server is
    gone, the next login says so.
    """
    if kind in SERVER_KINDS:
        return "server"
    return None if kind in NO_BREAKER_KINDS else "center"


def opens_at_once(kind: Kind) -> bool:
    """True when one error opens the breaker: each further login would count towards locking the account."""
    return ACTION_OF_KIND[kind] is Action.OPEN_BREAKER


def advice(kind: Kind) -> str:
    """What happened and what to do next, in the active language."""
    return str(ADVICE[kind])


def ends_connection(sqlstate: str, error: SourceError) -> bool:
    """False only for plain statement errors, after which the connection is as good as before."""
    plain = sqlstate[:2] in {"22", "23", "40", "42"}
    return not plain or error.kind in {Kind.LOGIN, Kind.CONNECTION_LOST, Kind.PROTOCOL}


def _helps(action: Action) -> bool:
    return RETRIES[action] > 0


def _native_number(record: str) -> int | None:
    found = _NUMBER.search(record)
    number = int(found.group(1)) if found else 0
    return number or None


def _kind_of_words(text: str) -> Kind | None:
    return next((kind for words, kind in KIND_OF_WORDS if words.search(text)), None)


def _object_name(kind: Kind, record: str) -> str:
    found = _QUOTED.search(record) if kind in _NAMES_AN_OBJECT else None
    return found.group(1) if found else ""
