"""``python -m tests.faults.foreman``: acts inside a workplace's own database, one JSON order per line.

A process of its own, because a test's database lives in the memory of the test's process, where no other process that
is to be killed could reach it. Answers each order with one line: ``{"answer": ...}`` or ``{"error": ...}``.
"""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from tests.faults import queue_orders


def main() -> None:
    """Answer orders until standard input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        action = ACTIONS[order.pop("do")]
        try:
            answer = {"answer": action(**order)}
        except Exception as error:  # noqa: BLE001 # the test that gave the order has to see it
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def prepare(network: str, centers_yml: str) -> int:
    """Migrate, import all centers of a served network and map them by the ground truth; returns how many."""
    from django.core.management import call_command

    from centers.connection import close_all
    from dentalhub.sandbox.network import load_network
    from tests.extraction.practice_network import import_centers, map_by_truth

    call_command("migrate", verbosity=0)
    found = load_network(Path(network))
    centers = import_centers(Path(centers_yml))
    for center in centers:
        map_by_truth(center, found)
    close_all()
    return len(centers)


def move(centers_yml: str) -> None:
    """Tell the database where the servers are now; the mappings stay."""
    from tests.extraction.practice_network import import_centers

    import_centers(Path(centers_yml))


def request(first: str, last: str, only: list[str] | None = None) -> int:
    """Ask for a run of all centers, or of some; returns its key. Nobody works on it yet."""
    from centers.models import Center
    from extraction.run_requests import request_run

    centers: list[Center] | None = list(Center.objects.filter(center_id__in=only)) if only else None
    return request_run(centers, dt.date.fromisoformat(first), dt.date.fromisoformat(last)).run.pk


def commands(run: int) -> list[list[str]]:
    """The command line of each process that could take a shard of the run over now."""
    from django.utils import timezone

    from extraction.leases import free, new_token
    from extraction.models import Shard
    from extraction.supervisor import worker_command

    shards = Shard.objects.filter(free(timezone.now()), run=run).order_by("number")
    return [worker_command(shard_id, new_token()) for shard_id in shards.values_list("pk", flat=True)]


def shards(run: int) -> list[int]:
    """The keys of the run's shards."""
    from extraction.models import Shard

    return list(Shard.objects.filter(run=run).order_by("number").values_list("pk", flat=True))


def expire(run: int) -> None:
    """Let the leases of the run end, as if their time had passed."""
    from django.utils import timezone

    from extraction.enums import RunState
    from extraction.models import Shard

    past = timezone.now() - dt.timedelta(seconds=1)
    Shard.objects.filter(run=run, state=RunState.RUNNING).update(lease_until=past)


def heal(run: int) -> str:
    """Do in this process all that is left of a run whose leases have ended, and end the rest; returns its state."""
    from centers.connection import close_all
    from extraction.leases import claim_run
    from extraction.models import ExtractionRun
    from extraction.runner import execute

    execute(claim_run(run))
    close_all()
    park()
    return ExtractionRun.objects.get(pk=run).state


def park() -> None:
    """What the next tick does first: end the shards whose processes were killed too often, and their runs."""
    from extraction.runs import close_ended_runs, park_worn_out

    park_worn_out()
    close_ended_runs()


def dispatch(run: int) -> None:
    """Hand the run to the queue, whether somebody works on it or not: a task that comes twice is harmless."""
    from extraction import tasks
    from extraction.models import ExtractionRun

    tasks.dispatch(ExtractionRun.objects.get(pk=run))


def reap() -> list[int]:
    """What the next tick does with work that nobody does any more."""
    from extraction import tasks

    return tasks.reap()


def progress(run: int) -> dict[str, Any]:
    """The run's state, whether somebody works on it, and how many centers have begun and ended."""
    from django.utils import timezone

    from extraction.enums import FINISHED, RunState
    from extraction.models import CenterRun, ExtractionRun, Shard

    found = ExtractionRun.objects.get(pk=run)
    claimed = Shard.objects.filter(run=run, state=RunState.RUNNING, lease_until__gt=timezone.now())
    parts = CenterRun.objects.filter(run=run)
    return {
        "state": found.state,
        "is_finished": found.is_finished,
        "is_claimed": claimed.exists(),
        "begun": parts.exclude(state=RunState.QUEUED).count(),
        "ended": parts.filter(state__in=FINISHED).count(),
    }


def business_days(first: str, last: str) -> list[str]:
    """The days of a network, which has none at weekends and on holidays."""
    from dentalhub.sandbox.business_days import last_business_days

    end = dt.date.fromisoformat(last)
    most = (end - dt.date.fromisoformat(first)).days + 1
    return [day.isoformat() for day in last_business_days(end, most) if day.isoformat() >= first]


def missing(first: str, last: str, since: int) -> list[str]:
    """The centers that lack a slice of run ``since`` or of a later one on one of the days."""
    from centers.models import Center
    from extraction.models import Slice

    days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
    fresh = Slice.objects.filter(business_date__range=(first, last), run__gte=since)
    landed = list(fresh.values_list("center__center_id", flat=True))
    names = Center.objects.values_list("center_id", flat=True)
    return sorted(name for name in names if landed.count(name) < days)


def lacking(days: list[str]) -> list[str]:
    """The centers and days without a slice."""
    from centers.models import Center
    from extraction.models import Slice

    landed = set(Slice.objects.filter(business_date__in=days).values_list("center__center_id", "business_date"))
    names = Center.objects.order_by("center_id").values_list("center_id", flat=True)
    return [f"{name} {day}" for name in names for day in days if (name, dt.date.fromisoformat(day)) not in landed]


def wrong(network: str, first: str, last: str) -> list[str]:
    """What is lost, doubled or untrue, in words; empty when every manifest and every row is as it should be."""
    from dentalhub.sandbox.network import load_network
    from tests.extraction.practice_network import truth_of
    from tests.faults.landed import landed_entries, untrue_manifests

    found = [f"untrue manifest: {text}" for text in untrue_manifests()]
    served = load_network(Path(network))
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    days = [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]
    for center in served.centers:
        truth = truth_of(served, center.center_id)["entries"]
        found += [
            f"not the truth: {center.center_id} {day}"
            for day in days
            if landed_entries(center.center_id, day) != truth.get(day.isoformat(), [])
        ]
    return found


def landed() -> str:
    """A digest of all manifests and rows with their keys: equal only when nothing was written in between."""
    import hashlib

    from centers.models import Center
    from tests.faults.landed import landed_of

    digest = hashlib.sha256()
    for center_id in Center.objects.order_by("center_id").values_list("center_id", flat=True):
        digest.update(repr(landed_of(center_id)).encode())
    return digest.hexdigest()


ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        prepare,
        move,
        request,
        commands,
        shards,
        expire,
        heal,
        park,
        dispatch,
        reap,
        progress,
        business_days,
        lacking,
        missing,
        wrong,
        landed,
        *queue_orders.ALL,
    )
}

if __name__ == "__main__":
    main()
