"""Asking for a run: which centers, which days, what is skipped and why."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.models import Center
from dentalhub.audit import record
from dentalhub.request_ids import present_request_id
from extraction.audit_regions import region_of_run
from extraction.day_ranges import write_ranges
from extraction.enums import RunMode, RunState, Trigger
from extraction.exceptions import NothingToReadError, RunRequestError
from extraction.models import CenterRun, ExtractionRun
from extraction.obstacles import approved_mappings
from extraction.run_plans import RunPlan, plan
from extraction.runs import close_if_ended
from extraction.shard_rows import cut_into_shards

MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run, and whether this request made it: the same key twice gives the same run."""

    run: ExtractionRun
    is_new: bool


def yesterday(now: dt.datetime | None = None) -> dt.date:
    """Yesterday in the network's time zone; the business date of a run that names none."""
    moment = (now or timezone.now()).astimezone(ZoneInfo(settings.NETWORK_TIME_ZONE))
    return moment.date() - dt.timedelta(days=1)


def request_run(
    centers: Sequence[Center] | None = None,
    date_from: dt.date | None = None,
    date_to: dt.date | None = None,
    *,
    mode: RunMode = RunMode.ALL,
    with_closed: bool = False,
    trigger: Trigger = Trigger.PERSON,
    user: User | None = None,
    workers: int | None = None,
    idempotency_key: str | None = None,
    request_digest: str = "",
) -> RunRequest:
    """Create a run with a part for each of `centers` (None: all), from `date_from` (default: yesterday) to `date_to`.

    `mode` and `with_closed` say which of their days it reads, as `run_plans.plan` does. Starts nothing:
    `tasks.dispatch` or `leases.claim_run` come next. Raises RunRequestError for days or centers that make no run, and
    NothingToReadError when no day of any center is wanted that can be read.
    """
    first = date_from or date_to or yesterday()
    last = date_to or first
    check_days(first, last)
    key = idempotency_key or uuid.uuid4().hex
    known = ExtractionRun.objects.filter(idempotency_key=key).first()
    if known is not None:
        return RunRequest(known, is_new=False)
    wanted = list(Center.objects.select_related("server__region") if centers is None else centers)
    if not wanted:
        raise RunRequestError(_("There is no center to extract."))
    try:
        with transaction.atomic():
            run = ExtractionRun.objects.create(
                date_from=first,
                date_to=last,
                mode=mode,
                trigger=trigger,
                requested_by=user,
                workers=max(1, workers or settings.EXTRACTION_WORKERS),
                idempotency_key=key,
                request_digest=request_digest,
                request_id=present_request_id(),
            )
            # In the same transaction: of two requests for what is missing the second sees what the first reads.
            planned = plan(wanted, first, last, mode, with_closed=with_closed)
            if mode is not RunMode.ALL and not planned.reading:
                raise NothingToReadError(is_hindered=planned.is_hindered)
            CenterRun.objects.bulk_create(_parts(run, planned), batch_size=100)
            cut_into_shards(run)
            _note(run, planned, user)
            close_if_ended(run.pk)
    except IntegrityError:
        # The other half of a double click was faster.
        return RunRequest(ExtractionRun.objects.get(idempotency_key=key), is_new=False)
    run.refresh_from_db()
    return RunRequest(run, is_new=True)


def _note(run: ExtractionRun, planned: RunPlan, user: User | None) -> None:
    record(
        user,
        "run.requested",
        run,
        region=region_of_run(run.pk),
        centers=len(planned.reading) + len(planned.skipped),
        date_from=f"{run.date_from}",
        date_to=f"{run.date_to}",
        mode=str(run.mode),
        slices=planned.to_read,
    )


def check_days(date_from: dt.date, date_to: dt.date) -> None:
    """Raises RunRequestError for days that make no run."""
    if date_to < date_from:
        raise RunRequestError(_("The last day is before the first."))
    if (date_to - date_from).days >= MOST_DAYS:
        raise RunRequestError(_("A run covers at most %(days)s days.") % {"days": MOST_DAYS})


def _parts(run: ExtractionRun, planned: RunPlan) -> Iterator[CenterRun]:
    mapped = approved_mappings()
    for part in sorted((*planned.reading, *planned.skipped), key=lambda part: part.center.pk):
        mapping = mapped.get(part.center.pk)
        found = CenterRun(run=run, center=part.center, mapping_id=mapping.pk if mapping else None)
        if len(part.days) < planned.days:
            found.days = write_ranges(part.ranges)
        if part.obstacle is not None:
            found.state = RunState.SKIPPED
            found.error_kind, found.error_message = part.obstacle.cause, part.obstacle.message
            found.finished_at = timezone.now()
        yield found
