"""One look at everything, each minute: rows of alerts move on, and what is news is written down for the channels.

Two looks at once do no harm: whoever comes second finds another revision, or the key taken, and leaves it.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from extraction.alert_causes import RULES, AlertCause, AlertPhase, ChangeKind
from extraction.alert_models import Alert, AlertChange, AlertChannel, AlertDelivery
from extraction.alerts.channels import tells, wanted_at
from extraction.alerts.facts import is_out_of_sight, observe
from extraction.alerts.keys import AlertKey, Facts
from extraction.alerts.steps import SAME_TROUBLE, Standing, Step, returns_of, step


def look_around(now: dt.datetime | None = None) -> int:
    """Move every alert on by one step; how many changes people are told of."""
    moment = now or timezone.now()
    return take_up(observe(moment), moment)


def take_up(facts: Facts, now: dt.datetime) -> int:
    """As `look_around`, for what was found."""
    live = _live_alerts()
    facts.out_of_sight.update(key for key in live if is_out_of_sight(key, now))
    channels: list[AlertChannel] | None = None
    told = 0
    for key in [*live, *(key for key in facts.found if key not in live)]:
        if not facts.judges(key):
            continue
        alert, value = live.get(key), facts.found.get(key, 0)
        before = None if alert is None else _standing_of(alert)
        returns = _returns(key, now) if alert is None else 0
        made = step(before, value, now, RULES[key.cause], returns=returns)
        if made.after == before:
            continue
        if made.change is not None and channels is None:
            channels = list(AlertChannel.objects.filter(is_active=True).prefetch_related("regions"))
        # A key that somebody else has just taken.
        with suppress(IntegrityError), transaction.atomic():
            told += _write(key, alert, made, now, channels or ())
    return told


def _write(key: AlertKey, alert: Alert | None, made: Step, now: dt.datetime, channels: Sequence[AlertChannel]) -> int:
    """Write one step down; 1 when it is told, 0 when it is not or somebody else was quicker."""
    if alert is None:
        alert = Alert(key=str(key), cause=key.cause, detail=key.detail, region_id=key.region_id)
    elif made.after is None:
        Alert.objects.filter(pk=alert.pk, revision=alert.revision, phase=AlertPhase.PENDING).delete()
        return 0
    assert made.after is not None  # noqa: S101 # what was not there begins with something
    values = _values(alert, made.after, made.change, now)
    if alert.pk is None:
        for name, value in values.items():
            setattr(alert, name, value)
        alert.save(force_insert=True)
    elif not Alert.objects.filter(pk=alert.pk, revision=alert.revision).update(**values):
        return 0
    if made.change is None:
        return 0
    change = AlertChange.objects.create(
        alert=alert, number=values["revision"], kind=made.change, value=made.after.value, at=now
    )
    _hand_over(change, alert, now, channels)
    return 1


def _values(alert: Alert, after: Standing, change: ChangeKind | None, now: dt.datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "phase": after.phase,
        "is_live": after.phase is not AlertPhase.CLOSED,
        "since": after.since,
        "value": after.value,
        "told": after.told,
        "told_at": after.told_at,
        "returns": after.returns,
        "most": max(alert.most, after.value),
        "revision": alert.revision + 1 if alert.pk else 0,
    }
    if change is ChangeKind.OPENED:
        values["opened_at"] = now
    elif change is ChangeKind.CLOSED:
        values["closed_at"] = now
    return values


def _hand_over(change: AlertChange, alert: Alert, now: dt.datetime, channels: Sequence[AlertChannel]) -> None:
    """Note for each channel that tells it, and when. The end only where people heard of the beginning."""
    heard = None
    if change.kind == ChangeKind.CLOSED:
        heard = set(AlertDelivery.objects.filter(change__alert=alert).values_list("channel_id", flat=True))
    deliveries = []
    for channel in channels:
        if tells(channel, alert) and (heard is None or channel.pk in heard):
            later = wanted_at(channel, alert, now)
            deliveries.append(
                AlertDelivery(change=change, channel=channel, not_before=later or now, is_held_back=later is not None)
            )
    AlertDelivery.objects.bulk_create(deliveries, batch_size=100)


def _live_alerts() -> dict[AlertKey, Alert]:
    """What is not over, without causes of another release: nobody looks at those."""
    return {
        AlertKey(AlertCause(alert.cause), alert.detail, alert.region_id): alert
        for alert in Alert.objects.filter(is_live=True)
        if alert.cause in RULES
    }


def _standing_of(alert: Alert) -> Standing:
    phase = AlertPhase(alert.phase)
    return Standing(phase, alert.since, alert.value, alert.told, alert.told_at, alert.returns)


def _returns(key: AlertKey, now: dt.datetime) -> int:
    last = Alert.objects.filter(key=str(key), is_live=False, closed_at__gt=now - SAME_TROUBLE).order_by("-pk").first()
    return 0 if last is None else returns_of(last.closed_at, last.returns, now)
