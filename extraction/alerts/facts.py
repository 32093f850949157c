"""What is wrong now. A look that fails says nothing, so that nobody is told that all is well."""

import datetime as dt
import logging
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from centers.models import Region
from dentalhub.audit_models import AuditCheck
from extraction.alert_causes import AlertCause
from extraction.alerts import center_facts
from extraction.alerts.expiry import agreement_days, certificate_days
from extraction.alerts.keys import AlertKey, Facts
from extraction.models import Heartbeat
from extraction.queue_health import health_of
from extraction.queues import all_queues

logger = logging.getLogger(__name__)
# What the column of a value holds.
_MOST = 2**31 - 1
# A machine that was not heard of for so long is no machine of ours any more.
_GONE_AFTER = dt.timedelta(days=1)
Look = Callable[[Facts], None]


def observe(now: dt.datetime) -> Facts:
    """All that is wrong at `now`; about 20 short queries, and no lock."""
    looks: tuple[tuple[Look, tuple[AlertCause, ...]], ...] = (
        (center_facts.failing_centers, (AlertCause.CENTERS_FAILED, AlertCause.REGION_FAILED)),
        (center_facts.left_alone, (AlertCause.LEFT_ALONE,)),
        (lambda facts: center_facts.waiting_mappings(facts, now), (AlertCause.DRIFT, AlertCause.REVIEW)),
        (center_facts.held_days, (AlertCause.HELD,)),
        (center_facts.missing_slices, (AlertCause.SLICES_MISSING,)),
        (center_facts.slow_regions, (AlertCause.RUN_SLOW,)),
        (deaf_queues, (AlertCause.QUEUE_DEAF,)),
        (full_disk, (AlertCause.DISK_FULL,)),
        (old_backup, (AlertCause.BACKUP_OLD,)),
        (lambda facts: ending_certificates(facts, now), (AlertCause.CERTIFICATE,)),
        (lambda facts: ending_agreements(facts, now), (AlertCause.AGREEMENT,)),
        (broken_trail, (AlertCause.AUDIT_BROKEN,)),
    )
    facts = Facts()
    for look, causes in looks:
        own = Facts()
        try:
            look(own)
        except Exception:
            logger.exception("nobody knows how it stands with %s", ", ".join(causes))
            continue
        facts.found.update(own.found)
        facts.looked_at.update(causes)
    return facts


def deaf_queues(facts: Facts) -> None:
    """Queues that nobody hears; a region's queue belongs to the region."""
    regions = dict(Region.objects.filter(code__in=settings.QUEUES).values_list("code", "pk"))
    for health in health_of(all_queues()):
        # One that was never heard is being set up, until a task has waited there for too long.
        is_new, most = health.last_beat is None, settings.DEAF_SECONDS
        if health.ignores_tasks(most) if is_new else health.is_deaf(most):
            facts.add(AlertKey(AlertCause.QUEUE_DEAF, health.queue, regions.get(health.queue)), 1)


def full_disk(facts: Facts) -> None:
    """The disk of this machine that has our files; in percent."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    percent = int(100 * usage.used / (usage.used + usage.free)) if usage.used + usage.free else 0
    if percent >= settings.ALERT_LIMITS["disk_percent"]:
        facts.add(AlertKey(AlertCause.DISK_FULL, own_host()), percent)


def old_backup(facts: Facts) -> None:
    """How many days ago `backup` wrote last into its own folder; nothing where it never did."""
    folder = Path(settings.DATA_DIR) / "backups"
    newest = max((file.stat().st_mtime for file in folder.glob("dentalhub-*.sqlite3")), default=None)
    if newest is not None:
        days = int((timezone.now().timestamp() - newest) // 86_400)
        facts.add(AlertKey(AlertCause.BACKUP_OLD), days if days >= settings.ALERT_LIMITS["backup_days"] else 0)


def ending_certificates(facts: Facts, now: dt.datetime) -> None:
    """Servers whose pinned certificate or TLS exception ends soon or has ended."""
    for _server, region_id, days in certificate_days(now):
        facts.add(AlertKey(AlertCause.CERTIFICATE, "", region_id), days <= settings.ALERT_LIMITS["certificate_days"])


def ending_agreements(facts: Facts, now: dt.datetime) -> None:
    """Centers whose processing agreement ends soon or has ended."""
    for _center, region_id, days in agreement_days(now):
        facts.add(AlertKey(AlertCause.AGREEMENT, "", region_id), days <= settings.ALERT_LIMITS["agreement_days"])


def broken_trail(facts: Facts) -> None:
    """The number of the event at which the audit trail is not as it was written."""
    check = AuditCheck.objects.first()
    if check is not None and check.problem:
        facts.add(AlertKey(AlertCause.AUDIT_BROKEN), min(max(1, check.problem_at or 1), _MOST))


def own_host() -> str:
    """The name of this machine, as heartbeats have it."""
    return socket.gethostname()[:100]


def is_out_of_sight(key: AlertKey, now: dt.datetime) -> bool:
    """True for the disk of another machine that was heard of lately: only that one can say how it stands."""
    if key.cause is not AlertCause.DISK_FULL or key.detail == own_host():
        return False
    return Heartbeat.objects.filter(host=key.detail, beat_at__gt=now - _GONE_AFTER).exists()
