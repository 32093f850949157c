"""What people are told of a circuit breaker."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from extraction.breaker_models import Breaker
from extraction.causes import Cause, cause_label
from extraction.enums import BreakerState
from extraction.models import CenterRun
from extraction.reader import Failure


def refusal_of(row: Breaker) -> Failure:
    """Why nothing is read that this breaker guards; the cause that opened it is in the message."""
    said = {"cause": cause_label(row.cause), "since": _moment(row.opened_at)}
    if row.state == BreakerState.HALF_OPEN:
        text = _("Not tried: %(cause)s since %(since)s; one try is under way.") % said
    else:
        text = _("Not tried: %(cause)s since %(since)s; next try at %(next)s.") % (
            said | {"next": _moment(row.next_probe_at)}
        )
    return Failure(Cause.BREAKER.value, text)


def _moment(moment: dt.datetime | None) -> str:
    """The time of day, with the date unless it is today's."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    time = date_format(local, "H:i")
    return time if local.date() == timezone.localdate() else f"{date_format(local, 'SHORT_DATE_FORMAT')} {time}"


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """Centers of a run that were not tried for the same reason."""

    message: str
    centers: int


def refusal_groups(parts: Iterable[CenterRun]) -> list[RefusalGroup]:
    """What a run left alone, most centers first: one line for all centers of a server."""
    refused = Counter(part.error_message for part in parts if part.error_kind == Cause.BREAKER.value)
    return [RefusalGroup(message, count) for message, count in refused.most_common()]
