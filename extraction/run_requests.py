"""Asking for a run: which centers, which days, what is skipped and why."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from centers.models import Center
from dentalhub.audit import record
from extraction.causes import Cause
from extraction.enums import RunState, Trigger
from extraction.exceptions import RunRequestError
from extraction.models import CenterRun, ExtractionRun, Slice
from extraction.reader import Failure
from extraction.runs import close_if_ended
from extraction.shard_rows import cut_into_shards
from mappings.enums import MappingStatus
from mappings.holds import hold_sentence
from mappings.models import Mapping

MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run would do. `present` slices are there already and would be replaced."""

    centers: int
    skipped: int
    days: int
    present: int

    @property
    def slices(self) -> int:
        """How many slices would be read."""
        return self.centers * self.days


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
    trigger: Trigger = Trigger.PERSON,
    user: User | None = None,
    workers: int | None = None,
    idempotency_key: str | None = None,
    request_digest: str = "",
) -> RunRequest:
    """Create a run with a part for each of `centers` (None: all), from `date_from` (default: yesterday) to `date_to`.

    Starts nothing: `tasks.dispatch` or `leases.claim_run` come next. Raises RunRequestError for days or centers that
    make no run.
    """
    first = date_from or date_to or yesterday()
    last = date_to or first
    _check_days(first, last)
    key = idempotency_key or uuid.uuid4().hex
    known = ExtractionRun.objects.filter(idempotency_key=key).first()
    if known is not None:
        return RunRequest(known, is_new=False)
    wanted = list(Center.objects.all()) if centers is None else list(centers)
    if not wanted:
        raise RunRequestError(_("There is no center to extract."))
    try:
        with transaction.atomic():
            run = ExtractionRun.objects.create(
                date_from=first,
                date_to=last,
                trigger=trigger,
                requested_by=user,
                workers=max(1, workers or settings.EXTRACTION_WORKERS),
                idempotency_key=key,
                request_digest=request_digest,
            )
            CenterRun.objects.bulk_create(_parts(run, wanted), batch_size=100)
            cut_into_shards(run)
            close_if_ended(run.pk)
            record(user, "run.requested", run, centers=len(wanted), date_from=f"{first}", date_to=f"{last}")
    except IntegrityError:
        # The other half of a double click was faster.
        return RunRequest(ExtractionRun.objects.get(idempotency_key=key), is_new=False)
    run.refresh_from_db()
    return RunRequest(run, is_new=True)


def plan(centers: Sequence[Center], date_from: dt.date, date_to: dt.date) -> RunPlan:
    """Say what a run would do, without asking for it."""
    mapped = _approved_mappings()
    ready = {center.pk for center in centers if _obstacle(center, mapped) is None}
    landed = Slice.objects.filter(business_date__range=(date_from, date_to)).values_list("center_id", flat=True)
    return RunPlan(
        centers=len(ready),
        skipped=len(centers) - len(ready),
        days=(date_to - date_from).days + 1,
        present=sum(1 for center_pk in landed if center_pk in ready),
    )


def centers_with_gaps(centers: Iterable[Center], date_from: dt.date, date_to: dt.date) -> list[Center]:
    """Those of `centers` that lack a slice on at least one of the days."""
    days, counts = (date_to - date_from).days + 1, dict[int, int]()
    landed = Slice.objects.filter(business_date__range=(date_from, date_to)).values_list("center_id", flat=True)
    for center_pk in landed:
        counts[center_pk] = counts.get(center_pk, 0) + 1
    return [center for center in centers if counts.get(center.pk, 0) < days]


def _check_days(date_from: dt.date, date_to: dt.date) -> None:
    if date_to < date_from:
        raise RunRequestError(_("The last day is before the first."))
    if (date_to - date_from).days >= MOST_DAYS:
        raise RunRequestError(_("A run covers at most %(days)s days.") % {"days": MOST_DAYS})


def _parts(run: ExtractionRun, centers: Iterable[Center]) -> list[CenterRun]:
    mapped = _approved_mappings()
    parts = []
    for center in centers:
        obstacle = _obstacle(center, mapped)
        part = CenterRun(run=run, center=center, mapping_id=mapped[center.pk].pk if center.pk in mapped else None)
        if obstacle is not None:
            part.state = RunState.SKIPPED
            part.error_kind, part.error_message = obstacle.cause, obstacle.message
            part.finished_at = timezone.now()
        parts.append(part)
    return parts


def _approved_mappings() -> dict[int, Mapping]:
    """The approved mapping of each center, by the center's key, without its content."""
    approved = Mapping.objects.filter(status=MappingStatus.APPROVED).order_by().only("pk", "center_id", "hold")
    return {mapping.center_id: mapping for mapping in approved}


def _obstacle(center: Center, mapped: dict[int, Mapping]) -> Failure | None:
    """Why a center is skipped: it is never guessed."""
    if not center.is_active:
        return Failure(Cause.PAUSED.value, _("The center is paused."))
    if center.pk not in mapped:
        return Failure(Cause.NO_MAPPING.value, _("The center has no approved mapping."))
    if hold := mapped[center.pk].hold:
        text = _("%(changes)s On hold until a new version is approved.")
        return Failure(SourceErrorKind.SCHEMA.value, text % {"changes": hold_sentence(hold)})
    return None
