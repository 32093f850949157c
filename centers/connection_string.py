"""Builds ODBC connection strings that nothing typed by a person can add a keyword to. *Pure*.

In ODBC the first of two equal keywords wins, unknown ones are accepted silently and `PORT` is ignored; so the keywords
and their order are fixed here, every value stands in braces, and the port belongs to SERVER.
"""

from centers.enums import Encryption
from centers.server_spec import ServerSpec
from centers.validators import HOST

# Every login may enter master, and no statement of ours depends on the session's database.
LOGIN_DATABASE = "master"
APPLICATION = "dentalhub"


def build(spec: ServerSpec, password: str, *, driver: str | None = None) -> str:
    """The connection string for `spec`; `driver` (a name or a library's full path) stands in for `spec.driver`.

    Raises ValueError, which never contains the value, when a value cannot stand in a connection string.
    """
    keywords = {
        "DRIVER": driver or spec.driver,
        "SERVER": _server(spec.host, spec.port),
        "DATABASE": LOGIN_DATABASE,
        "UID": spec.user,
        "PWD": password,
        "Encrypt": _encryption(spec.encrypt),
        "TrustServerCertificate": "yes" if spec.trust_server_certificate else "no",
        "HostNameInCertificate": spec.host_name_in_certificate,
        "ApplicationIntent": "ReadOnly",
        "APP": APPLICATION,
        # Trying again is ours; the driver would do it behind our timeouts.
        "ConnectRetryCount": "0",
    }
    return "".join(f"{keyword}={_braced(keyword, value)};" for keyword, value in keywords.items() if value)


def _server(host: str, port: int) -> str:
    if not HOST.match(host):
        raise ValueError("The host is neither a name nor an address.")
    if not 1 <= port <= 65_535:
        raise ValueError("The port is not between 1 and 65535.")
    return f"{host},{port}"


def _encryption(value: str) -> str:
    if value not in Encryption.values:
        raise ValueError("The encryption is not one of yes, strict and no.")
    return value


def _braced(keyword: str, value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError(f"The value of {keyword} contains a control character.")
    return "{" + value.replace("}", "}}") + "}"
