"""Sends messages: each attempt is claimed, and the row says how it went.

At least once: a process that is killed between the receiver's answer and the row sends again, with the same key.
"""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone, translation

from centers.exceptions import CredentialError
from extraction.alert_models import Alert, AlertChannel, AlertMessage, ChannelKind, MessageKind, MessageState
from extraction.alerts.bulletins import Bulletin, bulletin_of
from extraction.alerts.formats import mail_text, plain_document, slack_document, teams_document
from extraction.alerts.outcomes import PASSING, Outcome
from extraction.alerts.posting import Answer, Parcel, json_body, mail, post
from extraction.alerts.secrets import receiver_of
from extraction.leases import new_token

logger = logging.getLogger(__name__)
# Longer than any attempt takes.
LEASE = dt.timedelta(seconds=60)
# How long to wait after the first, second, ... attempt; after the last one the message has failed.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
KEPT_FOR, ALERTS_KEPT_FOR = dt.timedelta(days=90), dt.timedelta(days=365)
_DOCUMENTS = {
    ChannelKind.SLACK: slack_document,
    ChannelKind.TEAMS: teams_document,
    ChannelKind.WEBHOOK: plain_document,
}


def due_messages() -> list[int]:
    """The keys of the messages that wait for an attempt."""
    waiting = AlertMessage.objects.filter(_free(timezone.now()), channel__is_active=True)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def send(message_id: int) -> bool:
    """Try once to send a message; False when there was nothing to do."""
    message = _claim(message_id)
    if message is None:
        return False
    if message.attempts > len(WAITS) + 1:
        # Its processes died each time.
        note(message, Answer(Outcome.INTERRUPTED))
    else:
        note(message, attempt(message))
    return True


def attempt(message: AlertMessage) -> Answer:
    """One attempt, whatever comes of it; writes nothing."""
    channel = message.channel
    with translation.override(channel.language):
        bulletin = bulletin_of(message)
        if channel.kind == ChannelKind.EMAIL:
            return mail(_mail_of(bulletin, channel))
        body = json_body(_DOCUMENTS[ChannelKind(channel.kind)](bulletin))
    try:
        receiver = receiver_of(channel)
    except CredentialError:
        return Answer(Outcome.SECRET)
    return post(receiver, Parcel(message.key, body))


def note(message: AlertMessage, answer: Answer) -> None:
    """Write down what came of the attempt that `message` was claimed for; nothing when somebody else has taken over."""
    now, again = timezone.now(), answer.outcome in PASSING and message.attempts <= len(WAITS)
    # Whoever pressed the button sees what came of it, and presses it again.
    again = again and message.kind != MessageKind.TEST
    state = MessageState.SENT if answer.outcome is Outcome.SENT else MessageState.FAILED
    if again:
        wait = max(WAITS[message.attempts - 1], dt.timedelta(seconds=answer.rest))
        values = {"state": MessageState.WAITING, "next_try_at": now + wait, "ended_at": None}
    else:
        values = {"state": state, "next_try_at": None, "ended_at": now}
    own = AlertMessage.objects.filter(pk=message.pk, lease_token=message.lease_token, state=MessageState.WAITING)
    done = own.update(
        **values, outcome=answer.outcome, http_status=answer.http_status, lease_token="", lease_until=None
    )
    if answer.outcome is not Outcome.SENT:
        logger.warning(
            "attempt %s of alert message %s by %s: %s %s",
            message.attempts,
            message.pk,
            message.channel.kind,
            answer.outcome.value,
            answer.http_status or "",
        )
    if done and not again:
        counter = "sent_count" if state is MessageState.SENT else "failed_count"
        AlertChannel.objects.filter(pk=message.channel_id).update(**{counter: F(counter) + 1})


def retry(message: AlertMessage) -> bool:
    """Send one that has failed once more, from its first attempt on; False when it has not failed."""
    failed = AlertMessage.objects.filter(pk=message.pk, state=MessageState.FAILED).exclude(kind=MessageKind.TEST)
    return bool(
        failed.update(state=MessageState.WAITING, attempts=0, next_try_at=timezone.now(), outcome="", http_status=None)
    )


def forget_old(now: dt.datetime) -> None:
    """Delete alerts and messages whose time is over; not what told of an alert that is still there."""
    Alert.objects.filter(is_live=False, closed_at__lt=now - ALERTS_KEPT_FOR).delete()
    ended = AlertMessage.objects.filter(created_at__lt=now - KEPT_FOR).exclude(state=MessageState.WAITING)
    ended.exclude(deliveries__change__alert__is_live=True).delete()


def _free(now: dt.datetime) -> Q:
    idle = Q(lease_until=None) | Q(lease_until__lt=now)
    return idle & Q(state=MessageState.WAITING, next_try_at__lte=now)


def _claim(message_id: int) -> AlertMessage | None:
    now, token = timezone.now(), new_token()
    if not AlertMessage.objects.filter(pk=message_id, channel__is_active=True).exists():
        return None
    taken = AlertMessage.objects.filter(_free(now), pk=message_id)
    if taken.update(lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1) != 1:
        return None
    return AlertMessage.objects.select_related("channel__secret").get(pk=message_id)


def _mail_of(bulletin: Bulletin, channel: AlertChannel) -> EmailMessage:
    # The same id for every attempt: mailboxes show a message that comes twice once. Nobody sees who else gets it.
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "dentalhub"
    headers = {"Message-ID": f"<{bulletin.key}@{sender}>", "X-Dentalhub-Delivery": bulletin.key}
    return EmailMessage(bulletin.title, mail_text(bulletin), bcc=channel.addresses, headers=headers)
