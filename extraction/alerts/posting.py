"""One message to one receiver, with a deadline that holds whatever the receiver does. No database."""

import json
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from threading import Thread

from django.core.mail import EmailMessage

from centers import outgoing
from extraction.alerts.addresses import address_refusal
from extraction.alerts.outcomes import Outcome, outcome_of_status
from extraction.alerts.secrets import Receiver

# Seconds of silence, and for everything together: the page of a test waits for it.
SILENCE_SECONDS = 9.0
DEADLINE_SECONDS = 10.0
MAIL_DEADLINE_SECONDS = 30.0
# Longer rests that a receiver asks for are not believed.
MOST_REST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt; `rest` is how many seconds the receiver wants to be left alone."""

    outcome: Outcome
    http_status: int | None = None
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is posted: a body of JSON, and the key that is the same for every attempt."""

    key: str
    body: bytes


def json_body(document: object) -> bytes:
    """The document as it is posted, and signed."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def post(receiver: Receiver, parcel: Parcel) -> Answer:
    """POST once. Whatever goes wrong is an outcome; neither address nor answer leaves this function."""
    if address_refusal(receiver.address.reveal()):
        return Answer(Outcome.ADDRESS)
    return _in_time(lambda: _post(receiver, parcel), DEADLINE_SECONDS)


def mail(message: EmailMessage) -> Answer:
    """Hand an e-mail to the mail server."""
    return _in_time(lambda: _mail(message), MAIL_DEADLINE_SECONDS)


def _post(receiver: Receiver, parcel: Parcel) -> Answer:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "dentalhub",
        "X-Dentalhub-Delivery": parcel.key,
        "X-Dentalhub-Timestamp": timestamp,
    }
    if receiver.signing_key:
        headers["X-Dentalhub-Signature"] = outgoing.signature(receiver.signing_key.reveal(), timestamp, [parcel.body])
    reply = outgoing.post(receiver.address.reveal(), parcel.body, headers, SILENCE_SECONDS)
    return Answer(outcome_of_status(reply.status), reply.status, _rest(reply.retry_after))


def _mail(message: EmailMessage) -> Answer:
    message.send()
    return Answer(Outcome.SENT)


def _in_time(send: Callable[[], Answer], seconds: float) -> Answer:
    """What `send` answers, or TIMEOUT after so many seconds; a thread that hangs for longer is left to itself."""
    found: list[Answer] = []
    thread = Thread(target=lambda: found.append(_judged(send)), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else Answer(Outcome.TIMEOUT)


def _judged(send: Callable[[], Answer]) -> Answer:
    try:
        return send()
    except Exception as error:  # noqa: BLE001 # its text may hold the address
        return Answer(_outcome_of(error))


def _outcome_of(error: Exception) -> Outcome:
    known: tuple[tuple[type[Exception], Outcome], ...] = (
        (outgoing.RefusedAddressError, Outcome.ADDRESS),
        (smtplib.SMTPRecipientsRefused, Outcome.RECIPIENTS),
        (smtplib.SMTPServerDisconnected, Outcome.UNREACHABLE),
        (smtplib.SMTPException, Outcome.MAIL_SERVER),
        (ssl.SSLError, Outcome.TLS),
        (TimeoutError, Outcome.TIMEOUT),
        (socket.gaierror, Outcome.DNS),
        (OSError, Outcome.UNREACHABLE),
        (HTTPException, Outcome.SERVER_ERROR),
    )
    return next((outcome for kind, outcome in known if isinstance(error, kind)), Outcome.NOT_TAKEN)


def _rest(text: str | None) -> int:
    return min(int(text), MOST_REST_SECONDS) if text is not None and text.isascii() and text.isdigit() else 0
