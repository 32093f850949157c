"""The terms in force for a center: its own, else its region's, else the network's."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center
from centers.privacy_models import PrivacyTerms

EXPIRES_SOON = dt.timedelta(days=30)


class AgreementState(StrEnum):
    """How a processing agreement stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    FUTURE = "future"
    MISSING = "missing"


AGREEMENT_LABELS: dict[AgreementState, Promise] = {
    AgreementState.VALID: gettext_lazy("agreement valid"),
    AgreementState.EXPIRING: gettext_lazy("agreement ends within 30 days"),
    AgreementState.EXPIRED: gettext_lazy("agreement has ended"),
    AgreementState.FUTURE: gettext_lazy("agreement begins later"),
    AgreementState.MISSING: gettext_lazy("no agreement"),
}
_BADGES = {AgreementState.VALID: "ok", AgreementState.EXPIRED: "failed"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one center; empty where nobody has said it. `retention_days` None: kept for ever."""

    controller: str
    legal_basis: str
    purpose: str
    agreement_on: dt.date | None
    agreement_until: dt.date | None
    retention_days: int | None

    def agreement(self, day: dt.date) -> AgreementState:
        """How the agreement stands on `day`."""
        if self.agreement_on is None:
            return AgreementState.MISSING
        if day < self.agreement_on:
            return AgreementState.FUTURE
        if self.agreement_until is None or day + EXPIRES_SOON < self.agreement_until:
            return AgreementState.VALID
        return AgreementState.EXPIRED if self.agreement_until < day else AgreementState.EXPIRING

    def kept_from(self, day: dt.date) -> dt.date | None:
        """The earliest business date that is kept on `day`; None when all are."""
        if self.retention_days is None:
            return None
        return day - dt.timedelta(days=min(self.retention_days, (day - dt.date.min).days))


def network_today(now: dt.datetime | None = None) -> dt.date:
    """The day in the network's time zone."""
    return (now or timezone.now()).astimezone(ZoneInfo(settings.NETWORK_TIME_ZONE)).date()


def terms_of(center: Center) -> Terms:
    """The terms of `center`, whose server and region should be loaded."""
    region = center.server.region
    # The two dates belong together.
    agreed: PrivacyTerms = center if center.agreement_on or center.agreement_until else region
    return Terms(
        center.controller or region.controller,
        center.legal_basis or region.legal_basis,
        center.purpose or region.purpose,
        agreed.agreement_on,
        agreed.agreement_until,
        center.retention_days or region.retention_days or settings.RETENTION_DAYS or None,
    )


def agreement_badge(state: AgreementState) -> str:
    """The code for `includes/status_badge.html`."""
    return _BADGES.get(state, "warning")


def agreement_problem(center: Center, day: dt.date | None = None) -> str:
    """Why nothing of `center` may be extracted, in a sentence; empty when it may, or when no agreement is demanded."""
    if not settings.AGREEMENT_REQUIRED:
        return ""
    terms = terms_of(center)
    state = terms.agreement(day or network_today())
    if state is AgreementState.MISSING:
        return _("The center has no processing agreement.")
    if state is AgreementState.FUTURE:
        return _("The processing agreement begins on %(day)s.") % {
            "day": date_format(terms.agreement_on or dt.date.max)
        }
    if state is AgreementState.EXPIRED:
        return _("The processing agreement ended on %(day)s.") % {
            "day": date_format(terms.agreement_until or dt.date.min)
        }
    return ""


def with_agreement(centers: QuerySet[Center], state: AgreementState) -> QuerySet[Center]:
    """Those of `centers` whose agreement stands like this today."""
    own = Q(agreement_on__isnull=False) | Q(agreement_until__isnull=False)
    today = network_today()
    found = centers.annotate(
        agreed_on=Case(When(own, then=F("agreement_on")), default=F("server__region__agreement_on")),
        agreed_until=Case(When(own, then=F("agreement_until")), default=F("server__region__agreement_until")),
    )
    if state is AgreementState.MISSING:
        return found.filter(agreed_on__isnull=True)
    if state is AgreementState.FUTURE:
        return found.filter(agreed_on__gt=today)
    begun = found.filter(agreed_on__lte=today)
    if state is AgreementState.EXPIRED:
        return begun.filter(agreed_until__lt=today)
    if state is AgreementState.EXPIRING:
        return begun.filter(agreed_until__range=(today, today + EXPIRES_SOON))
    return begun.filter(Q(agreed_until__isnull=True) | Q(agreed_until__gt=today + EXPIRES_SOON))
