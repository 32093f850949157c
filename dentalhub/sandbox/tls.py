"""Certificate authorities and server certificates of simulated servers.

The sandbox has its own (EC P-256), made once per network directory.
"""

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID: Final = dt.timedelta(days=3650)
_RENEW_BEFORE: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the certificates lie. ``server`` holds certificate and key, readable by its owner only."""

    ca: Path
    server: Path


def ensure_tls_files(directory: Path) -> TlsFiles:
    """The certificates in ``directory/tls``; made when missing or about to expire."""
    files = TlsFiles(directory / "tls" / "ca.pem", directory / "tls" / "server.pem")
    if not _still_good(files):
        files.ca.parent.mkdir(parents=True, exist_ok=True)
        _make(files)
    return files


def ensure_untrusted_files(directory: Path) -> TlsFiles:
    """As ``ensure_tls_files``, of an authority that no client is told to trust."""
    return ensure_tls_files(directory / "tls" / "untrusted")


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS inside TDS packets. With TLS 1.3 the driver sends its last flight unframed, hence 1.2."""
    context = _context(files)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def strict_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS around everything (Encrypt=strict)."""
    context = _context(files)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["tds/8.0"])
    return context


def _context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server)
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    return context


def _still_good(files: TlsFiles) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.server.read_bytes())
    except (OSError, ValueError):
        return False
    return files.ca.is_file() and certificate.not_valid_after_utc - _RENEW_BEFORE > dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Certificates:
    """In PEM: an authority's certificate, and the only one it has signed, with its key. Its own key is not kept."""

    ca: bytes
    server: bytes
    key: bytes


def make_certificates(names: Sequence[str], key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Certificates:
    """Certificates for a server of these DNS names that also answers on 127.0.0.1; `key` becomes the server's."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dentalhub sandbox CA")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    ca_identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(ca_identifier, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    dns_names = [x509.DNSName(name) for name in names]
    alternatives = x509.SubjectAlternativeName([*dns_names, x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))])
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_identifier)
    server = (
        _builder(server_name, ca_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(enciphers_keys=isinstance(key, rsa.RSAPrivateKey)), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternatives, critical=False)
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certificates(ca.public_bytes(pem), server.public_bytes(pem), private)


def _make(files: TlsFiles) -> None:
    made = make_certificates(["localhost"], ec.generate_private_key(ec.SECP256R1()))
    write_private(files.server, made.server + made.key)
    files.ca.write_bytes(made.ca)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _VALID)
    )


def _key_usage(*, signs_certificates: bool = False, enciphers_keys: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=enciphers_keys,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
