"""System checks that say in one sentence what the machine lacks."""

from typing import Any

from django.conf import settings
from django.core import checks

from dentalhub import odbc_runtime


@checks.register()
def driver_manager_present(**_: Any) -> list[checks.CheckMessage]:
    """Warn when sources cannot be read on this machine; every other page works without."""
    missing = odbc_runtime.missing()
    return [checks.Warning(missing, id="dentalhub.W001")] if missing else []


@checks.register()
def retry_above_timeout(**_: Any) -> list[checks.CheckMessage]:
    """A retry below the timeout makes django-q2 start a running task a second time."""
    if settings.Q_CLUSTER["retry"] >= settings.Q_CLUSTER["timeout"] + 300:
        return []
    return [checks.Error("Q_CLUSTER retry must exceed timeout by at least 300 seconds.", id="dentalhub.E001")]
