"""What an error of the driver means, and what a person can do about it. *Pure*.

SQL Server's native error number decides, never the exception class: a deadlock is a plain `pyodbc.Error`, a failed
login an InterfaceError. The driver writes the number at the end of each of its messages: `... (18456)`.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.exceptions import SourceError, SourceErrorKind

Kind = SourceErrorKind

ADVICE: dict[Kind, Promise] = {
    Kind.DNS: gettext_lazy("The host name is not known. Check the spelling of the host, or ask for its address."),
    Kind.REFUSED: gettext_lazy("Nothing listens on this port. Check the port, and that SQL Server runs with TCP/IP."),
    Kind.UNREACHABLE: gettext_lazy("The server cannot be reached. Check the VPN, the firewall and the address."),
    Kind.TLS: gettext_lazy("No trusted encrypted connection. Check the server's certificate and the TLS settings."),
    Kind.LOGIN: gettext_lazy("The login was refused. Check the user and the secret behind the password reference."),
    Kind.CREDENTIAL: gettext_lazy("The password reference leads nowhere. Check the reference and what it points to."),
    Kind.DATABASE: gettext_lazy("The database cannot be opened. Check its name and that it is online."),
    Kind.TABLE: gettext_lazy("A table is missing. Discover the center again and review its mapping."),
    Kind.COLUMN: gettext_lazy("A column is missing. Discover the center again and review its mapping."),
    Kind.SCHEMA: gettext_lazy(
        "The schema changed after the approval. Discover the center again and review its mapping."
    ),
    Kind.PERMISSION: gettext_lazy("The login may not read this. Grant it SELECT on the practice's tables."),
    Kind.DEADLOCK: gettext_lazy("The practice's own work had to go first (deadlock). It can be tried again."),
    Kind.LOCK_TIMEOUT: gettext_lazy("The table was locked for too long. Try again later, or outside office hours."),
    Kind.BUSY: gettext_lazy("The server is short of resources. Try again later, or lower its parallel connections."),
    Kind.TIMEOUT: gettext_lazy("The server did not answer in time. Try again later, or raise its timeouts."),
    Kind.HUNG: gettext_lazy("The server took the connection and then fell silent. Check it, then try again."),
    Kind.CONNECTION_LOST: gettext_lazy("The connection broke. Try again; if it breaks again, check the network."),
    Kind.INCOMPLETE: gettext_lazy("Not all rows arrived, so none were kept. Try again."),
    Kind.DRIVER: gettext_lazy("The ODBC driver cannot be loaded. Run `make setup` on this machine."),
    Kind.PROTOCOL: gettext_lazy("The answer is not SQL Server's. Check that host and port lead to a SQL Server."),
    Kind.OTHER: gettext_lazy("The server reported an error. Look its number up in SQL Server's documentation."),
}

KIND_OF_NUMBER: dict[int, Kind] = {
    **dict.fromkeys((18452, 18456, 18470, 18486, 18487, 18488), Kind.LOGIN),
    **dict.fromkeys((911, 924, 927, 942, 945, 4060, 4064, 40613), Kind.DATABASE),
    208: Kind.TABLE,
    207: Kind.COLUMN,
    **dict.fromkeys((229, 230, 262, 297, 300, 916), Kind.PERMISSION),
    1205: Kind.DEADLOCK,
    1222: Kind.LOCK_TIMEOUT,
    596: Kind.CONNECTION_LOST,
    **dict.fromkeys((701, 1204, 6005, 8645, 8651, 10928, 10929, 17142, 17187), Kind.BUSY),
    **dict.fromkeys((40197, 40501, 49918, 49919, 49920), Kind.BUSY),
}
TRANSIENT_NUMBERS = frozenset(
    {
        *(601, 596, 701, 1204, 1205, 1222, 3960, 6005, 8645, 8651, 10928, 10929, 17142, 17187),
        *(40197, 40501, 40613, 49918, 49919, 49920),
        *(41301, 41302, 41305, 41325, 41839),
    }
)
KIND_OF_STATE: dict[str, Kind] = {
    "28000": Kind.LOGIN,
    "08001": Kind.UNREACHABLE,
    "08S01": Kind.CONNECTION_LOST,
    "08003": Kind.CONNECTION_LOST,
    "08007": Kind.CONNECTION_LOST,
    "HYT00": Kind.TIMEOUT,
    "HYT01": Kind.TIMEOUT,
    "HY008": Kind.TIMEOUT,
    "IM002": Kind.DRIVER,
    "IM003": Kind.DRIVER,
    "IM004": Kind.DRIVER,
    "01000": Kind.DRIVER,  # the driver manager's "Can't open lib"
}
TRANSIENT_KINDS = frozenset({Kind.UNREACHABLE, Kind.CONNECTION_LOST, Kind.TIMEOUT})
# The words stay English in every language of the server, because the driver writes them.
KIND_OF_WORDS = (
    (re.compile(r"SSL Provider|certificate verify|unsupported protocol|Encryption not", re.IGNORECASE), Kind.TLS),
    (re.compile(r"Protocol error in TDS stream", re.IGNORECASE), Kind.PROTOCOL),
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
    known = [pair for pair in numbered if pair[0] in KIND_OF_NUMBER or pair[0] in TRANSIENT_NUMBERS]
    if known:
        number, record = known[0]
        kind = KIND_OF_NUMBER.get(number, Kind.BUSY)
        return Classification(kind, number, number in TRANSIENT_NUMBERS, _object_name(kind, record))
    kind = _kind_of_words(text) or KIND_OF_STATE.get(sqlstate, Kind.OTHER)
    number_shown = numbered[-1][0] if numbered and kind is Kind.OTHER else None
    return Classification(kind, number_shown, kind in TRANSIENT_KINDS)


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
    return SourceError(kind, advice(kind), transient=kind in TRANSIENT_KINDS or kind is Kind.BUSY)


def advice(kind: Kind) -> str:
    """What happened and what to do next, in the active language."""
    return str(ADVICE[kind])


def ends_connection(sqlstate: str, error: SourceError) -> bool:
    """False only for plain statement errors, after which the connection is as good as before."""
    plain = sqlstate[:2] in {"22", "23", "40", "42"}
    return not plain or error.kind in {Kind.LOGIN, Kind.CONNECTION_LOST, Kind.PROTOCOL}


def _native_number(record: str) -> int | None:
    found = _NUMBER.search(record)
    number = int(found.group(1)) if found else 0
    return number or None


def _kind_of_words(text: str) -> Kind | None:
    return next((kind for words, kind in KIND_OF_WORDS if words.search(text)), None)


def _object_name(kind: Kind, record: str) -> str:
    found = _QUOTED.search(record) if kind in _NAMES_AN_OBJECT else None
    return found.group(1) if found else ""
