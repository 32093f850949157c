"""A run that goes on only when told to, put into an installation's database; call these in the installation.

Its shard belongs to nobody's process and its lease is long, so neither worker nor tick touches it.
"""

import datetime as dt

from django.contrib.auth.models import User
from django.utils import timezone

from centers.models import Center, DatabaseServer, Region
from extraction.change_models import SliceChange
from extraction.enums import ExportState, RunState
from extraction.leases import WORKER_WAIT
from extraction.models import CenterRun, Export, ExtractionRun, Shard
from mappings.enums import DiscoveryState
from mappings.models import DiscoveryItem, DiscoveryJob, SchemaWatch

DAY = dt.date(2026, 11, 20)
_LONG = dt.timedelta(days=1)


def begin(group: str, count: int) -> None:
    """Print the key of a run over `count` centers named after `group`, of which nothing has happened yet."""
    run = ExtractionRun.objects.create(
        date_from=DAY,
        date_to=DAY,
        idempotency_key=group,
        workers=1,
        state=RunState.RUNNING,
        requested_by=User.objects.get(username="analyst"),
        started_at=timezone.now(),
    )
    shard = Shard.objects.create(
        run=run, number=1, queue="live", state=RunState.RUNNING, lease_token="x", lease_until=timezone.now() + _LONG
    )
    for center in _centers(group, count):
        CenterRun.objects.create(run=run, shard=shard, center=center)
        SliceChange.objects.create(
            center=center,
            business_date=DAY,
            run=run,
            read_at=timezone.now(),
            count_before=20,
            count_after=22,
            added=2,
            removed=0,
            changed=0,
        )
    print(run.pk)


def _centers(group: str, count: int) -> list[Center]:
    """New ones, paused, so that no run of another test asks for them."""
    region, _ = Region.objects.get_or_create(code="live", defaults={"name": "Live"})
    server, _ = DatabaseServer.objects.get_or_create(
        code="live", defaults={"region": region, "host": "localhost", "user": "x", "credential": "env:IVORIS_PASSWORD"}
    )
    ids = [f"{group}_{number:02d}" for number in range(1, count + 1)]
    return [
        Center.objects.create(center_id=name, name=f"Praxis {name}", server=server, database=name, state="paused")
        for name in ids
    ]


def land(run_pk: int, count: int) -> None:
    """The next `count` centers have ended well."""
    waiting = CenterRun.objects.filter(run_id=run_pk, state=RunState.QUEUED).order_by("center__center_id")
    keys = list(waiting.values_list("pk", flat=True)[:count])
    CenterRun.objects.filter(pk__in=keys).update(state=RunState.SUCCEEDED, slice_count=1, entry_count=40)


def fall_silent(run_pk: int) -> None:
    """Its process is gone and gave the shard back: longer ago than a worker needs, too short for the tick to ring."""
    since = timezone.now() - WORKER_WAIT - dt.timedelta(seconds=2)
    Shard.objects.filter(run_id=run_pk).update(state=RunState.QUEUED, lease_until=None, queued_at=since)


def take_up(run_pk: int) -> None:
    """Another process works on it."""
    Shard.objects.filter(run_id=run_pk).update(state=RunState.RUNNING, lease_until=timezone.now() + _LONG)


def end(run_pk: int) -> None:
    """Whatever had not ended has, and so has the run."""
    land(run_pk, 1000)
    now = timezone.now()
    Shard.objects.filter(run_id=run_pk).update(state=RunState.SUCCEEDED, lease_until=None, finished_at=now)
    ExtractionRun.objects.filter(pk=run_pk).update(state=RunState.SUCCEEDED, finished_at=now, is_counted=True)


def begin_discovery(group: str, count: int) -> None:
    """Print the key of a discovery of `count` centers named after `group`, whose sources are all being looked at."""
    person = User.objects.get(username="reviewer")
    job = DiscoveryJob.objects.create(requested_by=person, request_key=group)
    for center in _centers(group, count):
        # Its rows are claimed; only a paused center would be given up by the tick.
        Center.objects.filter(pk=center.pk).update(state="active")
        now = timezone.now()
        SchemaWatch.objects.create(center=center, looked_at=now, claim_token="x", claimed_until=now + _LONG, attempts=1)
        DiscoveryItem.objects.create(job=job, center=center)
    print(job.pk)


def discover(job_pk: int, count: int) -> None:
    """The next `count` centers are discovered, and paused again, so that no run of another test asks for them."""
    waiting = DiscoveryItem.objects.filter(job_id=job_pk, state=DiscoveryState.QUEUED).order_by("center__center_id")
    keys = list(waiting.values_list("pk", flat=True)[:count])
    done = DiscoveryItem.objects.filter(pk__in=keys)
    done.update(state=DiscoveryState.SUCCEEDED, table_count=20, column_count=200, finished_at=timezone.now())
    Center.objects.filter(discovery_items__in=done).update(state="paused")


def begin_export() -> None:
    """Print the key of a file in the background that is a quarter written, and whose lease is long."""
    person = User.objects.get(username="analyst")
    export = Export.objects.create(
        requested_by=person,
        requested_name=person.get_username(),
        channel="file",
        request_key="live",
        format="csv",
        state=ExportState.RUNNING,
        row_count=100,
        row_estimate=400,
        lease_token="x",
        lease_until=timezone.now() + _LONG,
        started_at=timezone.now(),
    )
    print(export.pk)


def write_rows(export_pk: int, count: int) -> None:
    """So many rows of the export are written."""
    Export.objects.filter(pk=export_pk).update(row_count=count)


def end_export(export_pk: int) -> None:
    """The export failed: a complete one would need its file."""
    Export.objects.filter(pk=export_pk).update(
        state=ExportState.FAILED, error="ProcessDied", finished_at=timezone.now(), lease_until=None
    )
