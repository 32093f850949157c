"""Telling reviewers once what became of a version. Rows say what was told; the queue is only asked to hurry.

Where no channel is switched on, nothing is stored: a channel that comes later tells no old news.
"""

from django.conf import settings
from django.db import transaction

from dentalhub import queue_wire
from dentalhub.queues import INTERACTIVE_QUEUE
from mappings.enums import NoticeEvent
from mappings.models import Mapping, Notice


def announce(event: NoticeEvent, mapping: Mapping) -> bool:
    """Have `event` told once the present transaction is committed; False when it was told or nobody wants to know.

    Whatever happens to the message, the decision stands.
    """
    if not (settings.NOTICE_EMAILS or settings.NOTICE_WEBHOOK_URL):
        return False
    _notice, is_new = Notice.objects.get_or_create(mapping=mapping, event=event)
    if is_new:
        transaction.on_commit(_ring, robust=True)
    return is_new


def _ring() -> None:
    queue_wire.ring("mappings.tasks.deliver_notices", queue=INTERACTIVE_QUEUE, name="notices")
