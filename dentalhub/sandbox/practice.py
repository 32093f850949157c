"""A practice's rows, all of them, by seed (*pure*)."""

import random
from dataclasses import replace
from typing import TypeVar

from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.insurance_rows import make_insurance
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import NetworkCenter
from dentalhub.sandbox.rows import ChartRow, InsurerRow, LinkRow, PatientRow, Practice, ServiceRow
from dentalhub.sandbox.service_codes import SERVICE_CODES
from dentalhub.sandbox.traits import FlagForm, SourceForm
from dentalhub.sandbox.visit_rows import VisitPlan, make_visits

_QUIET_EVERY = 7
_Marked = TypeVar("_Marked", PatientRow, InsurerRow, LinkRow, ChartRow, ServiceRow)


def make_practice(options: NetworkOptions, center: NetworkCenter, form: SourceForm) -> Practice:
    """All rows of one center; equal arguments give equal rows."""
    rng = random.Random(f"{options.seed}/{center.center_id}/practice")
    insurance = make_insurance(rng, center.country, options.rows_per_day * 8, letters=form.letters_for_kinds)
    days = last_business_days(options.until, options.days)
    number = int(center.center_id.rpartition("_")[2])
    is_quiet = number % _QUIET_EVERY == 0 and len(days) > 1
    plan = VisitPlan(
        patients=[patient.id for patient in insurance.patients],
        service_codes=SERVICE_CODES[center.country],
        days=days,
        rows_per_day=options.rows_per_day,
        quiet_day=days[-2] if is_quiet else None,
    )
    charts, services = make_visits(rng, plan)
    practice = Practice(insurance.patients, insurance.insurers, insurance.links, charts, services)
    return _all_live(practice) if form.flags is FlagForm.ABSENT else practice


def _all_live(practice: Practice) -> Practice:
    """What a source without a delete flag holds: rows, and no deleted ones."""
    return Practice(
        patients=_live(practice.patients),
        insurers=_live(practice.insurers),
        links=_live(practice.links),
        charts=_live(practice.charts),
        services=_live(practice.services),
    )


def _live(rows: tuple[_Marked, ...]) -> tuple[_Marked, ...]:
    return tuple(replace(row, deleted=False) for row in rows)
