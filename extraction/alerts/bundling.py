"""Makes one message of all that a channel has to tell at a moment."""

import datetime as dt

from django.db import transaction

from extraction.alert_models import AlertChannel, AlertDelivery, AlertMessage, MessageKind
from extraction.leases import new_token

# A message that is full leaves the rest to the next one.
MOST_AT_ONCE = 200
# What could be told to nobody for so long is no news any more.
FORGET_AFTER = dt.timedelta(days=2)


def bundle(now: dt.datetime) -> list[int]:
    """Put what is to be told now into a message per channel; the keys of the new messages. Of two calls one does it."""
    AlertDelivery.objects.filter(message=None, not_before__lt=now - FORGET_AFTER).delete()
    due = AlertDelivery.objects.filter(message=None, not_before__lte=now, channel__is_active=True).order_by()
    made = [_message(pk, now) for pk in sorted(set(due.values_list("channel_id", flat=True)))]
    return [key for key in made if key is not None]


def _message(channel_pk: int, now: dt.datetime) -> int | None:
    with transaction.atomic():
        # Whoever else bundles for this channel waits here, and finds nothing left.
        channel = AlertChannel.objects.select_for_update().filter(pk=channel_pk, is_active=True).first()
        if channel is None:
            return None
        waiting = AlertDelivery.objects.filter(channel=channel, message=None, not_before__lte=now).order_by("pk")
        found = dict(waiting.values_list("pk", "is_held_back")[:MOST_AT_ONCE])
        if not found:
            return None
        kind = MessageKind.SUMMARY if any(found.values()) else MessageKind.NEWS
        message = AlertMessage.objects.create(
            channel=channel, key=new_token(), kind=kind, created_at=now, next_try_at=now
        )
        AlertDelivery.objects.filter(pk__in=list(found), message=None).update(message=message)
    return message.pk
