"""Why a center cannot be read at all: it is skipped, never guessed."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from centers.agreements import agreement_problem
from centers.exceptions import SourceErrorKind
from centers.models import Center
from centers.source_errors import advice
from extraction.causes import Cause
from extraction.reader import Failure
from mappings.enums import MappingStatus
from mappings.holds import hold_sentence
from mappings.models import Mapping


def approved_mappings() -> dict[int, Mapping]:
    """The approved mapping of each center, by the center's key, without its content."""
    approved = Mapping.objects.filter(status=MappingStatus.APPROVED).order_by().only("pk", "center_id", "hold")
    return {mapping.center_id: mapping for mapping in approved}


def obstacle(center: Center, mapped: dict[int, Mapping]) -> Failure | None:
    """Why `center`, with its server and region, is skipped; None when it can be read."""
    if not center.is_active:
        return Failure(Cause.PAUSED.value, _("The center is paused."))
    if problem := agreement_problem(center):
        return Failure(Cause.AGREEMENT.value, problem)
    if center.pk not in mapped:
        return Failure(Cause.NO_MAPPING.value, _("The center has no approved mapping."))
    if not center.server.is_trusted:
        return Failure(SourceErrorKind.TRUST.value, advice(SourceErrorKind.TRUST))
    if hold := mapped[center.pk].hold:
        text = _("%(changes)s On hold until a new version is approved.")
        return Failure(SourceErrorKind.SCHEMA.value, text % {"changes": hold_sentence(hold)})
    return None


def too_old(kept_from: dt.date) -> Failure:
    """Why days before `kept_from` are not read, when no other day is wanted."""
    text = _("The center keeps what is from %(day)s on; what is older is deleted and never read again.")
    return Failure(Cause.RETENTION.value, text % {"day": date_format(kept_from)})
