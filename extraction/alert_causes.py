"""What people are alerted about, how badly it is, and how long it must last before anybody is told. *Pure*."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

_MINUTE = dt.timedelta(minutes=1)


class AlertCause(models.TextChoices):
    """The worst first, as messages and pages order them."""

    AUDIT_BROKEN = "audit_broken", _("the audit trail is broken")
    DISK_FULL = "disk_full", _("a disk is nearly full")
    QUEUE_DEAF = "queue_deaf", _("nobody works on a queue")
    REGION_FAILED = "region_failed", _("every center of a region fails")
    CENTERS_FAILED = "centers_failed", _("centers fail, by cause")
    LEFT_ALONE = "left_alone", _("servers or centers are left alone")
    CERTIFICATE = "certificate", _("certificates and TLS exceptions end")
    AGREEMENT = "agreement", _("processing agreements end")
    SLICES_MISSING = "slices_missing", _("slices are missing for days")
    HELD = "held", _("held days wait")
    DRIFT = "drift", _("changed schemas wait")
    REVIEW = "review", _("mappings wait for a decision")
    RUN_SLOW = "run_slow", _("reading is slower than usual")
    BACKUP_OLD = "backup_old", _("the last backup is too old")


class AlertSeverity(models.TextChoices):
    """Whether it can wait until the morning."""

    CRITICAL = "critical", _("critical")
    WARNING = "warning", _("warning")


class AlertPhase(models.TextChoices):
    """Where an alert stands. People are told when it opens and when it closes."""

    PENDING = "pending", _("noticed")
    OPEN = "open", _("open")
    CLEARING = "clearing", _("seems to be over")
    CLOSED = "closed", _("over")


class ChangeKind(models.TextChoices):
    """What people are told of an alert."""

    OPENED = "opened", _("new")
    GREW = "grew", _("more")
    CLOSED = "closed", _("over")


@dataclass(frozen=True, slots=True)
class Rule:
    """How a cause is judged: it opens and closes only after it has lasted, or been gone, for so long."""

    severity: AlertSeverity
    opens_after: dt.timedelta
    closes_after: dt.timedelta
    # Whether its value counts something, so that more of it is news.
    grows: bool = True


_CRITICAL, _WARNING = AlertSeverity.CRITICAL, AlertSeverity.WARNING
_AT_ONCE = dt.timedelta(0)
RULES: dict[AlertCause, Rule] = {
    AlertCause.AUDIT_BROKEN: Rule(_CRITICAL, _AT_ONCE, _AT_ONCE, grows=False),
    AlertCause.DISK_FULL: Rule(_CRITICAL, 5 * _MINUTE, 30 * _MINUTE, grows=False),
    AlertCause.QUEUE_DEAF: Rule(_CRITICAL, 2 * _MINUTE, 5 * _MINUTE, grows=False),
    # A run is under way when the first centers fail; what it ends with is the news.
    AlertCause.REGION_FAILED: Rule(_CRITICAL, 5 * _MINUTE, 5 * _MINUTE),
    AlertCause.CENTERS_FAILED: Rule(_WARNING, 5 * _MINUTE, 10 * _MINUTE),
    AlertCause.LEFT_ALONE: Rule(_WARNING, 15 * _MINUTE, 10 * _MINUTE),
    AlertCause.CERTIFICATE: Rule(_WARNING, _AT_ONCE, 5 * _MINUTE),
    AlertCause.AGREEMENT: Rule(_WARNING, _AT_ONCE, 5 * _MINUTE),
    AlertCause.SLICES_MISSING: Rule(_WARNING, 10 * _MINUTE, 10 * _MINUTE),
    AlertCause.HELD: Rule(_WARNING, 10 * _MINUTE, 5 * _MINUTE),
    AlertCause.DRIFT: Rule(_WARNING, 10 * _MINUTE, 10 * _MINUTE),
    AlertCause.REVIEW: Rule(_WARNING, 5 * _MINUTE, 5 * _MINUTE),
    AlertCause.RUN_SLOW: Rule(_WARNING, _AT_ONCE, _AT_ONCE, grows=False),
    AlertCause.BACKUP_OLD: Rule(_WARNING, 5 * _MINUTE, 5 * _MINUTE, grows=False),
}
ORDER = {cause.value: number for number, cause in enumerate(AlertCause)}
# What concerns the network as a whole and belongs to no region; queues of regions belong to theirs.
NETWORK_WIDE = frozenset({AlertCause.AUDIT_BROKEN, AlertCause.DISK_FULL, AlertCause.QUEUE_DEAF, AlertCause.BACKUP_OLD})


def severity_of(cause: str) -> AlertSeverity:
    """How bad `cause` is; one of a later release counts as a warning."""
    return RULES[AlertCause(cause)].severity if cause in RULES else AlertSeverity.WARNING
