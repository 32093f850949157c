"""Trusting a server blindly: one admin asks with a reason, another one allows it, and it ends by itself.

An approval holds for the host, port and encryption that were asked for, so a server that moves
has to be asked for anew.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.enums import TlsPolicy, TrustState
from centers.exceptions import TrustError
from centers.models import DatabaseServer, TlsTrust
from dentalhub.audit import record


def open_request(server: DatabaseServer) -> TlsTrust | None:
    """The request that waits for a second person, for the server where it is now."""
    waiting = TlsTrust.objects.filter(server=server, state=TrustState.REQUESTED, place=server.place)
    return waiting.select_related("requested_by").first()


def request_trust(server: DatabaseServer, person: User | None, reason: str, days: int) -> TlsTrust:
    """Ask for `days` of trust from the approval on; nothing changes yet. An older request of the server gives way.

    Raises TrustError without a reason or where it would help nothing.
    """
    if not reason.strip():
        raise TrustError(_("Say why this server cannot be verified or pinned."))
    if server.encrypt == "strict":
        raise TrustError(_("With strict encryption the certificate is always verified. Pin it instead."))
    with transaction.atomic():
        TlsTrust.objects.filter(server=server, state=TrustState.REQUESTED).update(
            state=TrustState.ENDED, decided_at=timezone.now(), decided_by=person
        )
        made = TlsTrust.objects.create(
            server=server, place=server.place, reason=reason.strip(), days=days, requested_by=person
        )
        record(person, "server.trust_requested", server, reason=made.reason, days=days, place=made.place)
    return made


def approve_trust(request: TlsTrust, person: User, why_alone: str = "") -> None:
    """Let the server be trusted from now on, for as many days as were asked for.

    Raises TrustError: another person is needed, somebody else was quicker, or the server moved.
    """
    waiver = _waiver(request, person, why_alone)
    now = timezone.now()
    expires = now + dt.timedelta(days=request.days)
    with transaction.atomic():
        server = DatabaseServer.objects.select_for_update().get(pk=request.server_id)
        if server.place != request.place:
            raise TrustError(_("The host, port or encryption has changed since this was asked for. Ask anew."))
        _decide(request, person, TrustState.APPROVED, now, expires_at=expires, waiver=waiver)
        server.tls, server.trust_expires_at, server.trust_place = TlsPolicy.TRUSTED, expires, request.place
        server.save(update_fields=["tls", "trust_expires_at", "trust_place"])
        record(
            person,
            "server.trust_approved",
            server,
            reason=request.reason,
            place=request.place,
            requested_by=request.requested_by.get_username() if request.requested_by else "system",
            until=expires.isoformat(),
            waiver=waiver,
        )


def refuse_trust(request: TlsTrust, person: User) -> None:
    """Decide against it; whoever asked may take it back in this way, too. Raises TrustError."""
    with transaction.atomic():
        _decide(request, person, TrustState.REFUSED, timezone.now())
        record(person, "server.trust_refused", request.server, place=request.place)


def end_trust(server: DatabaseServer, person: User | None, policy: TlsPolicy, certificate: str = "") -> None:
    """Verify or pin from now on; whatever was allowed or asked for before is over."""
    with transaction.atomic():
        TlsTrust.objects.filter(server=server, state=TrustState.REQUESTED).update(
            state=TrustState.ENDED, decided_at=timezone.now(), decided_by=person
        )
        server.tls, server.trust_expires_at, server.trust_place = policy, None, ""
        server.certificate = certificate
        server.save(update_fields=["tls", "certificate", "trust_expires_at", "trust_place"])


def _waiver(request: TlsTrust, person: User, why_alone: str) -> str:
    """Why `person` approves the own request alone; '' where somebody else asked. Raises TrustError."""
    if request.requested_by_id != person.pk:
        return ""
    if settings.FOUR_EYES:
        raise TrustError(_("You asked for this yourself: a second person must approve it."))
    if not why_alone.strip():
        raise TrustError(_("You asked for this yourself: say why you approve it alone."))
    return why_alone.strip()[:500]


def _decide(request: TlsTrust, person: User, state: TrustState, now: dt.datetime, **fields: object) -> None:
    """Of two decisions at the same time the first one counts. Raises TrustError for the second."""
    waiting = TlsTrust.objects.filter(pk=request.pk, state=TrustState.REQUESTED)
    if waiting.update(state=state, decided_at=now, decided_by=person, **fields) != 1:
        raise TrustError(_("Somebody has decided this already."))
