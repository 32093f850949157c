"""Builds ODBC connection strings that nothing typed by a person can add a keyword to. *Pure*.

In ODBC the first of two equal keywords wins, unknown ones are accepted silently and `PORT` is ignored; so the keywords
and their order are fixed here, every value stands in braces, and the port belongs to SERVER.
"""

from centers.addresses import HOST, literal
from centers.enums import Encryption, TlsPolicy
from centers.secret import Secret
from centers.server_spec import ServerSpec

# Every login may enter master, and no statement of ours depends on the session's database.
LOGIN_DATABASE = "master"
APPLICATION = "dentalhub"


def build(
    spec: ServerSpec, password: Secret, address: str, *, driver: str | None = None, pinned_file: str = ""
) -> Secret:
    """The connection string for `spec` at `address`, the one that was judged; as secret as the password in it.

    `pinned_file` holds the one certificate that the driver shall accept, which it minds with Encrypt=strict only.
    The driver gets no name to resolve; the certificate is still checked against the host's name. `driver` (a name or a
    library's full path) stands in for `spec.driver`.

    Raises ValueError, which never contains the value, when a value cannot stand in a connection string.
    """
    keywords = {
        "DRIVER": driver or spec.driver,
        "SERVER": _server(address, spec.port),
        "DATABASE": LOGIN_DATABASE,
        "UID": spec.user,
        "PWD": password.reveal(),
        "Encrypt": _encryption(spec.encrypt),
        "TrustServerCertificate": "yes" if _trusts(spec) else "no",
        "HostNameInCertificate": "" if pinned_file else certificate_name(spec),
        "ServerCertificate": pinned_file,
        "ApplicationIntent": "ReadOnly" if spec.read_only_intent else "",
        "APP": APPLICATION,
        # Trying again is ours; the driver would do it behind our timeouts.
        "ConnectRetryCount": "0",
    }
    return Secret("".join(f"{keyword}={_braced(keyword, value)};" for keyword, value in keywords.items() if value))


def _trusts(spec: ServerSpec) -> bool:
    """True where the driver shall not verify: two persons allow it, or our own handshake has met the pinned one."""
    if spec.encrypt == Encryption.STRICT:
        return False
    return spec.tls == TlsPolicy.TRUSTED or (spec.tls == TlsPolicy.PINNED and spec.encrypt == Encryption.YES)


def certificate_name(spec: ServerSpec) -> str:
    """The name that the certificate must bear; empty where the host is an address, which the driver then looks for."""
    if spec.host_name_in_certificate or literal(spec.host) is not None:
        return spec.host_name_in_certificate
    if not HOST.match(spec.host):
        raise ValueError("The host is neither a name nor an address.")
    return spec.host


def _server(address: str, port: int) -> str:
    if literal(address) is None:
        raise ValueError("The server's place is no address.")
    if not 1 <= port <= 65_535:
        raise ValueError("The port is not between 1 and 65535.")
    return f"tcp:{address},{port}"


def _encryption(value: str) -> str:
    if value not in Encryption.values:
        raise ValueError("The encryption is not one of yes, strict and no.")
    return value


def _braced(keyword: str, value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError(f"The value of {keyword} contains a control character.")
    # The driver's own error would hold the whole connection string.
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"The value of {keyword} contains half of a character.")
    return "{" + value.replace("}", "}}") + "}"
