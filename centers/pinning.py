"""Pinning a server's certificate: what the server shows, compared by a person with what it should show."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers import reachable, tcp_probe, tls_probe
from centers.asked_tests import count_attempt
from centers.certificates import Certificate, certificate_of, is_fingerprint_of
from centers.enums import TlsPolicy
from centers.exceptions import TrustError
from centers.models import DatabaseServer
from centers.trust import end_trust
from dentalhub.audit import record


def fetch_certificate(server: DatabaseServer, person: User) -> Certificate:
    """What the server shows at this moment, verified by nobody. Raises SourceError, TooManyTestsError."""
    count_attempt(person, server)
    spec = server.spec()
    found = tls_probe.presented_certificate(spec, tcp_probe.knock(reachable.resolve(spec.host, spec.port)))
    record(person, "server.certificate_fetched", server, place=server.place, sha256=found.fingerprint)
    return found


def pin(server: DatabaseServer, person: User, fingerprint: str) -> Certificate:
    """Pin what the server shows, if it is the certificate whose SHA-256 the person read elsewhere.

    Raises TrustError where it is not, and as `fetch_certificate` does.
    """
    if server.encrypt == "no":
        raise TrustError(_("Only the login is encrypted. Choose another encryption first."))
    found = fetch_certificate(server, person)
    if not is_fingerprint_of(fingerprint, found):
        raise TrustError(_("This is not the fingerprint of the certificate that the server shows."))
    before = _state(server)
    with transaction.atomic():
        end_trust(server, person, TlsPolicy.PINNED, certificate=found.pem)
        record(person, "server.certificate_pinned", server, before=before, after=_state(server))
    return found


def verify(server: DatabaseServer, person: User) -> None:
    """Verify the certificate from now on, as is usual; a pin and trust end."""
    before = _state(server)
    with transaction.atomic():
        end_trust(server, person, TlsPolicy.VERIFIED)
        record(person, "server.tls_verified", server, before=before, after=_state(server))


def pinned_certificate(server: DatabaseServer) -> Certificate | None:
    """The pinned certificate; None where there is none, or none that can be read."""
    try:
        return certificate_of(server.certificate) if server.certificate else None
    except ValueError:
        return None


def _state(server: DatabaseServer) -> str:
    pinned = pinned_certificate(server)
    return f"{server.tls} {pinned.fingerprint}" if pinned else str(server.tls)
