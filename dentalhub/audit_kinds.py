"""The kinds of audit events and how long their content is kept. *Pure*."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an event is about; decides its retention."""

    SIGN_IN = "sign_in", _("sign-ins")
    ACCESS = "access", _("people and rights")
    CONFIGURATION = "configuration", _("configuration")
    DISCOVERY = "discovery", _("discoveries")
    DECISION = "decision", _("decisions")
    RUN = "run", _("runs")
    EXPORT = "export", _("exports")
    REVEAL = "reveal", _("patient ids revealed")
    REFUSAL = "refusal", _("refusals")
    PRIVACY = "privacy", _("privacy")
    CHAIN = "chain", _("the trail itself")
    OTHER = "other", _("other")


_YEAR = 365
# Four years: claims lapse three years after the end of the year in which somebody learnt of them (§ 195, § 199 BGB).
# Ten years: as long as patients' records are kept (§ 630f BGB), whose meaning these events decided.
DEFAULT_DAYS: Mapping[Kind, int] = {
    Kind.SIGN_IN: _YEAR,
    Kind.ACCESS: 10 * _YEAR,
    Kind.CONFIGURATION: 10 * _YEAR,
    Kind.DISCOVERY: _YEAR,
    Kind.DECISION: 10 * _YEAR,
    Kind.RUN: 4 * _YEAR,
    Kind.EXPORT: 4 * _YEAR,
    Kind.REVEAL: 4 * _YEAR,
    Kind.REFUSAL: _YEAR,
    Kind.PRIVACY: 10 * _YEAR,
    # For ever: what was erased is provable only by them.
    Kind.CHAIN: 0,
    Kind.OTHER: 10 * _YEAR,
}
