"""“Send a test”: one message at once, whose outcome the person who pressed the button is waiting for."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dentalhub.audit import record
from extraction.alert_models import AlertChannel, AlertMessage, MessageKind
from extraction.alerts.sending import LEASE, attempt, note
from extraction.leases import new_token


def send_test(channel: AlertChannel, person: User | None) -> AlertMessage:
    """Send a test by `channel`, active or not, and return the message with what came of it. Never raises for that."""
    now = timezone.now()
    # No worker takes it up: it has no next try.
    message = AlertMessage.objects.create(
        channel=channel,
        key=new_token(),
        kind=MessageKind.TEST,
        attempts=1,
        lease_token=new_token(),
        lease_until=now + LEASE,
        created_at=now,
    )
    answer = attempt(message)
    with transaction.atomic():
        note(message, answer)
        record(person, "alert_channel.tested", channel, outcome=answer.outcome.value, status=answer.http_status)
    message.refresh_from_db()
    return message
