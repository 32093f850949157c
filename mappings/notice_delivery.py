"""Sending what `mappings.notices` stored: one e-mail and one call of the webhook for all that is new.

Messages name centers and versions. Reasons are left out, because they are free text; no patient can be in a message.
"""

import json
import logging
import smtplib
from collections.abc import Callable, Iterable, Sequence
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers.outgoing import is_callable, post
from centers.scope import Scope, scope_of
from dentalhub.access import Role
from dentalhub.person_language import languages_of
from mappings.enums import NoticeEvent
from mappings.models import Notice

LOG = logging.getLogger(__name__)
# Seconds that the receiver of the webhook may take to answer.
WEBHOOK_SECONDS = 5
_MOST_AT_ONCE = 500
_JSON = {"Content-Type": "application/json; charset=utf-8"}
# What is no news any more once somebody has decided.
_ABOUT_OPEN_VERSIONS = frozenset({NoticeEvent.WAITING, NoticeEvent.SUBMITTED})


class WebhookError(Exception):
    """The webhook's address is none that we call, or its receiver did not take the message."""


def deliver() -> int:
    """Send what nobody has sent yet, each notice at most once; how many there were. Never raises for a receiver."""
    notices = _claimed()
    news = [notice for notice in notices if notice.mapping.is_open or notice.event not in _ABOUT_OPEN_VERSIONS]
    if not news:
        return 0
    problems = []
    if settings.NOTICE_EMAILS:
        problems.append(_tried("e-mail", send_mail, news))
    if settings.NOTICE_WEBHOOK_URL:
        problems.append(_tried("webhook", call_webhook, news))
    error = "; ".join(filter(None, problems))
    if error:
        Notice.objects.filter(pk__in=[notice.pk for notice in news]).update(error=error[:200])
    return len(news)


def send_mail(notices: Sequence[Notice]) -> None:
    """A message to every active reviewer who has an address, about the own regions. Raises SMTPException, OSError."""
    people = User.objects.filter(is_active=True, groups__name=Role.REVIEWER.value).exclude(email="")
    for (scope, language), addresses in addresses_by_reading(people.order_by("email").distinct()).items():
        own = [notice for notice in notices if scope.holds(notice.mapping.center.server.region_id)]
        if own:
            _send_one_mail(own, addresses, language)


def addresses_by_reading(people: Iterable[User]) -> dict[tuple[Scope, str], list[str]]:
    """The addresses of `people` by what they see and the language that they read, each once."""
    people = list(people)
    languages = languages_of(people)
    found: dict[tuple[Scope, str], dict[str, None]] = {}
    for person in people:
        found.setdefault((scope_of(person), languages[person.pk]), {})[person.email] = None
    return {reading: list(addresses) for reading, addresses in found.items()}


def _send_one_mail(notices: Sequence[Notice], addresses: list[str], language: str) -> None:
    with translation.override(language):
        subject = ngettext("dentalhub: %(count)d mapping", "dentalhub: %(count)d mappings", len(notices))
        lines = [_line(notice) for notice in notices]
        lines += ["", _("What waits for you: %(address)s") % {"address": f"{settings.PUBLIC_URL}/review/"}]
        # Nobody sees who else is a reviewer.
        EmailMessage(subject % {"count": len(notices)}, "\n".join(lines), bcc=addresses).send()


def call_webhook(notices: Sequence[Notice]) -> None:
    """POST all `notices` as one JSON document. Raises WebhookError, OSError, HTTPException."""
    if not is_callable(settings.NOTICE_WEBHOOK_URL):
        raise WebhookError("DENTALHUB_NOTICE_WEBHOOK_URL must be https://, or http:// on this machine")
    body = json.dumps({"notices": [webhook_document(notice) for notice in notices]}, ensure_ascii=False).encode()
    reply = post(settings.NOTICE_WEBHOOK_URL, body, _JSON, WEBHOOK_SECONDS)
    if not reply.is_taken:
        raise WebhookError(f"the receiver answered {reply.status}")


def webhook_document(notice: Notice) -> dict[str, Any]:
    """One notice as plain JSON data."""
    mapping = notice.mapping
    return {
        "event": notice.event,
        "at": notice.created_at.isoformat(),
        "center": mapping.center.center_id,
        "region": mapping.center.server.region.code,
        "version": mapping.version,
        "status": mapping.status,
        "content_hash": mapping.content_hash,
        "url": f"{settings.PUBLIC_URL}{mapping.get_absolute_url()}",
    }


def _claimed() -> list[Notice]:
    """What is new and ours alone: of two deliveries one gets each notice, and none is sent again after a failure."""
    new = Notice.objects.filter(claimed_at=None).select_related("mapping__center__server__region")
    found = list(new.defer("mapping__content").order_by("pk")[:_MOST_AT_ONCE])
    now = timezone.now()
    return [
        notice for notice in found if Notice.objects.filter(pk=notice.pk, claimed_at=None).update(claimed_at=now) == 1
    ]


def _tried(channel: str, send: Callable[[Sequence[Notice]], None], notices: Sequence[Notice]) -> str:
    """What went wrong, in short; '' when nothing did."""
    try:
        send(notices)
    except (OSError, HTTPException, smtplib.SMTPException, WebhookError) as error:
        LOG.warning("%d notices were not sent by %s: %s", len(notices), channel, error)
        return f"{channel}: {type(error).__name__}"
    return ""


def _line(notice: Notice) -> str:
    mapping = notice.mapping
    names = {
        "center": mapping.center.center_id,
        "name": mapping.center.name,
        "version": mapping.version,
        "event": NoticeEvent(notice.event).label,
        "address": f"{settings.PUBLIC_URL}{mapping.get_absolute_url()}",
    }
    return _("%(center)s (%(name)s), version %(version)s: %(event)s. %(address)s") % names
