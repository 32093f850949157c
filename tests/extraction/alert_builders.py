"""Channels and facts for the tests of alerts."""

import datetime as dt
from typing import Any

from django.utils import timezone

from centers.models import Region
from extraction.alert_causes import AlertCause
from extraction.alerts.bundling import bundle
from extraction.alerts.evaluation import take_up
from extraction.alerts.keys import AlertKey, Facts
from extraction.models import Alert, AlertChannel, AlertMessage

NOON = dt.datetime(2026, 11, 20, 11, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def channel(name: str = "Operations", *regions: Region, **fields: Any) -> AlertChannel:
    """An e-mail channel for everything in `regions`, or everywhere."""
    values: dict[str, Any] = {
        "kind": "email",
        "language": "en",
        "recipients": "ops@example.org",
        "time_zone": "Europe/Berlin",
        "all_regions": not regions,
    }
    made = AlertChannel.objects.create(name=name, **{**values, **fields})
    made.regions.set(regions)
    return made


def facts(*found: tuple[AlertKey, int]) -> Facts:
    """All causes were looked at, and only these were found."""
    return Facts(dict(found), set(AlertCause))


def region(code: str = "austria") -> Region:
    """A region without servers."""
    return Region.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def news(code: str = "austria") -> AlertMessage:
    """A message about 14 centers whose password is refused, and a broken audit trail."""
    now = timezone.now()
    key = AlertKey(AlertCause.CENTERS_FAILED, "login_failed", region(code).pk)
    take_up(facts((key, 14)), now - 6 * MINUTE)
    take_up(facts((key, 14), (AlertKey(AlertCause.AUDIT_BROKEN), 7)), now)
    bundle(now)
    return AlertMessage.objects.get()


def key_of(alert: Alert) -> AlertKey:
    """What the alert is about."""
    return AlertKey(AlertCause(alert.cause), alert.detail, alert.region_id)


def open_alert(code: str = "austria", cause: AlertCause = AlertCause.CERTIFICATE, count: int = 2) -> Alert:
    """An alert of that region that is open."""
    key = AlertKey(cause, "", region(code).pk)
    now = timezone.now()
    # Nothing is said of others.
    found = facts((key, count))
    found.looked_at = {cause}
    found.found |= {key_of(alert): alert.value for alert in Alert.objects.filter(cause=cause, is_live=True)}
    take_up(found, now - 60 * MINUTE)
    take_up(found, now)
    return Alert.objects.get(key=str(key), is_live=True)
