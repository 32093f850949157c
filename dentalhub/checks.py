"""System checks that say in one sentence what the machine lacks."""

from typing import Any

from django.conf import settings
from django.core import checks

from dentalhub import odbc_runtime
from dentalhub.queue_settings import GUARD_CYCLE_SECONDS, RETRY_MARGIN_SECONDS, every_cluster


@checks.register()
def driver_manager_present(**_: Any) -> list[checks.CheckMessage]:
    """Warn when sources cannot be read on this machine; every other page works without."""
    missing = odbc_runtime.missing()
    return [checks.Warning(missing, id="dentalhub.W001")] if missing else []


@checks.register()
def tasks_end_before_they_come_again(**_: Any) -> list[checks.CheckMessage]:
    """A retry below the timeout starts a running task a second time; an odd timeout is never noticed (traps.md)."""
    found: list[checks.CheckMessage] = []
    for name, cluster in every_cluster(settings.Q_CLUSTER).items():
        if cluster["retry"] < cluster["timeout"] + RETRY_MARGIN_SECONDS:
            text = f"Q_CLUSTER, queue {name}: retry must exceed timeout by at least {RETRY_MARGIN_SECONDS} seconds."
            found.append(checks.Error(text, id="dentalhub.E001"))
        if not isinstance(cluster["timeout"], int) or cluster["guard_cycle"] != GUARD_CYCLE_SECONDS:
            text = f"Q_CLUSTER, queue {name}: timeout must be whole seconds and guard_cycle {GUARD_CYCLE_SECONDS}."
            found.append(checks.Error(text, id="dentalhub.E002"))
    return found
