"""What one message says, whatever the receiver: a line for each alert, the worst first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from extraction.alert_causes import ORDER, AlertSeverity, ChangeKind
from extraction.alert_models import AlertChange, AlertMessage, MessageKind
from extraction.alerts.wording import path_of, sentence

# It opened and closed before anybody was told.
PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Line:
    """One alert. `label` says what is new of it; `url` is empty where DENTALHUB_PUBLIC_URL is."""

    kind: str
    label: str
    severity: str
    severity_label: str
    cause: str
    detail: str
    region: str
    count: int
    text: str
    at: dt.datetime
    url: str

    @property
    def is_critical(self) -> bool:
        """True when it cannot wait, and is not over."""
        return self.severity == AlertSeverity.CRITICAL and self.kind in {ChangeKind.OPENED, ChangeKind.GREW}


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A message: `key` names it in every attempt, `title` is one line."""

    key: str
    kind: str
    title: str
    lines: tuple[Line, ...]
    # What stands below, such as when it was written.
    note: str
    url: str


def bulletin_of(message: AlertMessage) -> Bulletin:
    """What `message`, whose channel is loaded, says in the language of its channel; one query, none for a test."""
    with translation.override(message.channel.language):
        lines: tuple[Line, ...] = ()
        if message.kind != MessageKind.TEST:
            changes = AlertChange.objects.filter(deliveries__message=message).select_related("alert__region")
            lines = lines_of(changes.order_by("pk"))
        return Bulletin(
            message.key, message.kind, _title(message, lines), lines, _note(message), _absolute("extraction:alert_list")
        )


def lines_of(changes: Iterable[AlertChange]) -> tuple[Line, ...]:
    """A line for each alert with what all of its changes come to, in the present language."""
    by_alert: dict[int, list[AlertChange]] = {}
    for change in changes:
        by_alert.setdefault(change.alert_id, []).append(change)
    lines = [_line(found) for found in by_alert.values()]
    return tuple(
        sorted(lines, key=lambda line: (line.kind in _OVER, ORDER.get(line.cause, 99), line.region, line.text))
    )


_OVER = frozenset({ChangeKind.CLOSED.value, PASSED})


def net_kind(kinds: list[str]) -> str:
    """What the changes of one alert come to. *Pure*."""
    if kinds[-1] == ChangeKind.CLOSED:
        return PASSED if kinds[0] == ChangeKind.OPENED else ChangeKind.CLOSED.value
    return kinds[0]


def _line(changes: list[AlertChange]) -> Line:
    last, alert = changes[-1], changes[-1].alert
    kind = net_kind([change.kind for change in changes])
    count = alert.most if kind in _OVER else last.value
    region = alert.region
    path = path_of(alert.cause, region.code if region else "")
    return Line(
        kind=kind,
        label=_("came and went") if kind == PASSED else str(ChangeKind(kind).label),
        severity=alert.severity.value,
        severity_label=str(alert.severity.label),
        cause=alert.cause,
        detail=alert.detail,
        region=region.code if region else "",
        count=count,
        text=sentence(alert.cause, alert.detail, count, region.name if region else ""),
        at=last.at,
        url=f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else "",
    )


def _title(message: AlertMessage, lines: tuple[Line, ...]) -> str:
    if message.kind == MessageKind.TEST:
        return _("dentalhub: this is a test")
    if len(lines) == 1:
        return _("dentalhub, %(label)s: %(text)s") % {"label": lines[0].label, "text": lines[0].text}
    critical = sum(line.is_critical for line in lines)
    if critical:
        text = ngettext(
            "dentalhub: %(count)d alert, %(critical)d of them critical",
            "dentalhub: %(count)d alerts, %(critical)d of them critical",
            len(lines),
        )
        return text % {"count": len(lines), "critical": critical}
    return ngettext("dentalhub: %(count)d alert", "dentalhub: %(count)d alerts", len(lines)) % {"count": len(lines)}


def _note(message: AlertMessage) -> str:
    values = {
        "channel": message.channel.name,
        "time": date_format(localtime(message.created_at), "SHORT_DATETIME_FORMAT"),
    }
    if message.kind == MessageKind.TEST:
        return _("Somebody pressed “Send a test” for the channel “%(channel)s” at %(time)s. Nothing is wrong.") % values
    if message.kind == MessageKind.SUMMARY:
        return _("All since the quiet hours began. Channel “%(channel)s”, %(time)s.") % values
    return _("Channel “%(channel)s”, %(time)s.") % values


def _absolute(route: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route)}" if settings.PUBLIC_URL else ""
