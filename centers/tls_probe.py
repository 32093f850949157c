"""The encryption handshake of SQL Server's protocol, with a timeout and a reason.

The driver waits for ever when a server falls silent inside the handshake, and names the reason of a refused
certificate badly; so the connection test shakes hands itself before it lets the driver log in. MS-TDS 2.2.6.5.
"""

import socket
import ssl
import struct
from dataclasses import replace
from enum import IntEnum

from django.conf import settings
from django.utils.translation import gettext as _

from centers.certificates import Certificate, certificate_of
from centers.enums import Encryption, TlsPolicy
from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from centers.source_errors import error_of_kind
from centers.tcp_probe import Address

PROBE_SECONDS = 4.0
PRELOGIN, REPLY = 0x12, 0x04
LARGEST_PACKET = 32_768
_HEADER = struct.Struct(">BBHHBB")
_OPTION = struct.Struct(">BHH")
_VERSION_TOKEN, _ENCRYPTION_TOKEN, _END = 0, 1, 0xFF

# What protects the connection, and the certificate that was shown.
Met = tuple[str, bytes | None]


class Offer(IntEnum):
    """The values of the ENCRYPTION option."""

    OFF = 0
    ON = 1
    NOT_SUPPORTED = 2
    REQUIRED = 3


def shake_hands(spec: ServerSpec, address: Address, timeout: float = PROBE_SECONDS) -> str:
    """Shake hands as `spec` demands and say what protects the connection.

    Raises SourceError of kind TLS with the reason, PROTOCOL when no SQL Server answers, or HUNG after `timeout`
    seconds of silence.
    """
    return _met(spec, address, timeout)[0]


def presented_certificate(spec: ServerSpec, address: Address, timeout: float = PROBE_SECONDS) -> Certificate:
    """The certificate that the server shows, verified by nobody. Raises SourceError as `shake_hands` does."""
    shown = _met(replace(spec, tls=TlsPolicy.TRUSTED), address, timeout)[1]
    if not shown:
        raise SourceError(SourceErrorKind.TLS, _("The server offers no encryption at all."))
    return certificate_of(shown)


def _met(spec: ServerSpec, address: Address, timeout: float) -> Met:
    family, target = address
    try:
        with socket.socket(family, socket.SOCK_STREAM) as client:
            client.settimeout(timeout)
            client.connect(target)
            return _handshake(spec, client)
    except ssl.SSLCertVerificationError as error:
        reason = _("The certificate is not trusted: %(reason)s.") % {"reason": error.verify_message.rstrip(".")}
        raise SourceError(SourceErrorKind.TLS, reason) from error
    except ssl.SSLError as error:
        reason = _("The encrypted connection failed: %(reason)s.") % {"reason": error.reason or "TLS"}
        raise SourceError(SourceErrorKind.TLS, reason) from error
    except TimeoutError as error:
        raise error_of_kind(SourceErrorKind.HUNG) from error
    except OSError as error:
        raise error_of_kind(SourceErrorKind.CONNECTION_LOST) from error


def _handshake(spec: ServerSpec, client: socket.socket) -> Met:
    verify = spec.tls == TlsPolicy.VERIFIED
    if spec.encrypt == Encryption.STRICT:
        context = _context(verify=verify)
        context.set_alpn_protocols(["tds/8.0"])
        with context.wrap_socket(client, server_hostname=_certificate_name(spec)) as encrypted:
            return _judged(spec, encrypted.getpeercert(binary_form=True))
    wants_all = spec.encrypt == Encryption.YES
    offer = _ask(client, Offer.ON if wants_all else Offer.OFF)
    if offer is Offer.NOT_SUPPORTED:
        if wants_all:
            raise SourceError(SourceErrorKind.TLS, _("The server offers no encryption at all."))
        return _("not encrypted"), None
    encrypts_all = offer is not Offer.OFF
    shown = _framed_handshake(client, _context(verify=verify and encrypts_all), _certificate_name(spec))
    return _judged(spec, shown) if encrypts_all else (_("only the login is encrypted"), shown)


def _judged(spec: ServerSpec, shown: bytes | None) -> Met:
    """What the certificate is worth. Raises SourceError where it is another one than the pinned one."""
    if spec.tls == TlsPolicy.PINNED:
        found = certificate_of(shown or b"")
        if found.fingerprint != certificate_of(spec.certificate).fingerprint:
            text = _("The server shows another certificate than the pinned one. Its SHA-256 is %(fingerprint)s.")
            raise SourceError(SourceErrorKind.TLS, text % {"fingerprint": found.shown_fingerprint})
        return _("encrypted, certificate is the pinned one"), shown
    verified = spec.tls == TlsPolicy.VERIFIED
    return _("encrypted, certificate verified") if verified else _("encrypted, certificate not verified"), shown


def _ask(client: socket.socket, wish: Offer) -> Offer:
    """Exchange PRELOGIN messages and return the server's answer to `wish`."""
    options_end = 2 * _OPTION.size + 1
    options = _OPTION.pack(_VERSION_TOKEN, options_end, 6) + _OPTION.pack(_ENCRYPTION_TOKEN, options_end + 6, 1)
    client.sendall(_packet(options + bytes([_END]) + bytes(6) + bytes([wish])))
    kind, payload = _read_packet(client)
    if kind != REPLY:
        raise error_of_kind(SourceErrorKind.PROTOCOL)
    try:
        for start in range(0, len(payload), _OPTION.size):
            if payload[start] == _END:
                break
            token, offset, _length = _OPTION.unpack_from(payload, start)
            if token == _ENCRYPTION_TOKEN:
                return Offer(payload[offset])
    except (struct.error, IndexError, ValueError):
        pass
    raise error_of_kind(SourceErrorKind.PROTOCOL)


def _framed_handshake(client: socket.socket, context: ssl.SSLContext, name: str) -> bytes | None:
    """A TLS handshake whose records travel as the payload of PRELOGIN packets; the certificate that was shown."""
    # Newer versions of TLS end their handshake outside of these packets.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=name)
    for _attempt in range(50):
        try:
            session.do_handshake()
        except ssl.SSLWantReadError:
            _send_pending(client, outgoing)
            incoming.write(_read_packet(client)[1])
            continue
        _send_pending(client, outgoing)
        return session.getpeercert(binary_form=True)
    raise error_of_kind(SourceErrorKind.PROTOCOL)


def _context(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.SOURCE_CA_FILE or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _certificate_name(spec: ServerSpec) -> str:
    return spec.host_name_in_certificate or spec.host


def _send_pending(client: socket.socket, outgoing: ssl.MemoryBIO) -> None:
    if outgoing.pending:
        client.sendall(_packet(outgoing.read()))


def _packet(payload: bytes) -> bytes:
    return _HEADER.pack(PRELOGIN, 1, _HEADER.size + len(payload), 0, 1, 0) + payload


def _read_packet(client: socket.socket) -> tuple[int, bytes]:
    kind, _status, length, _spid, _number, _window = _HEADER.unpack(_read(client, _HEADER.size))
    if kind not in {PRELOGIN, REPLY} or not _HEADER.size <= length <= LARGEST_PACKET:
        raise error_of_kind(SourceErrorKind.PROTOCOL)
    return kind, _read(client, length - _HEADER.size)


def _read(client: socket.socket, length: int) -> bytes:
    """Exactly `length` bytes."""
    data = b""
    while len(data) < length:
        part = client.recv(length - len(data))
        if not part:
            raise ConnectionResetError
        data += part
    return data
