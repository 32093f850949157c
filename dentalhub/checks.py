"""System checks that say in one sentence what the machine lacks."""

from typing import Any

from django.conf import settings
from django.core import checks

from dentalhub import odbc_runtime
from dentalhub.audit_kinds import Kind
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


@checks.register(checks.Tags.database)
def broker_answers(**_: Any) -> list[checks.CheckMessage]:
    """Ask the broker only where the database is asked as well: `check --database default`."""
    from dentalhub import queue_wire

    try:
        queue_wire.ping()
    except queue_wire.WireError as error:
        return [checks.Error(f"The broker of the queues: {error}; see DENTALHUB_BROKER_URL.", id="dentalhub.E030")]
    return []


@checks.register()
def pseudonyms_have_a_key_of_their_own(**_: Any) -> list[checks.CheckMessage]:
    """In production the secret key is changed one day, and all pseudonyms with it."""
    if not settings.SECURE or settings.PSEUDONYM_KEY:
        return []
    text = "Set DENTALHUB_PSEUDONYM_KEY: without it another secret key makes other pseudonyms."
    return [checks.Warning(text, id="dentalhub.W010")]


@checks.register(checks.Tags.security, deploy=True)
def sandbox_is_off(**_: Any) -> list[checks.CheckMessage]:
    """Warn where sources on this machine may be reached, which only a demo needs."""
    text = "DENTALHUB_SANDBOX is on: sources may be on this machine. Switch it off where patients' data is."
    return [checks.Warning(text, id="dentalhub.W020")] if settings.SANDBOX else []


@checks.register()
def audit_retention_names_kinds(**_: Any) -> list[checks.CheckMessage]:
    """A misspelled kind would keep for years what should be gone."""
    known = {kind.value for kind in Kind} - {Kind.CHAIN.value}
    wrong = [name for name, days in settings.AUDIT_RETENTION_DAYS.items() if name not in known or days < 0]
    text = "DENTALHUB_AUDIT_RETENTION_DAYS: %s is no kind of events with days to keep it. Kinds: %s."
    return [checks.Error(text % (name, ", ".join(sorted(known))), id="dentalhub.E020") for name in wrong]
