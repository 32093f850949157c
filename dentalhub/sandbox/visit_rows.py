"""Chart entries and services: a little history and the business days that are extracted (*pure*)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dentalhub.sandbox.chart_texts import chart_text
from dentalhub.sandbox.insurance_rows import EDGE_PATIENTS
from dentalhub.sandbox.rows import ChartRow, ServiceRow

_HISTORY_ENTRIES = 160
_HISTORY_DAYS = 60
_EDGES_PER_DAY = 3
_JUNK_ENTRIES = 4
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What to make; patients are ids, the special cases first. On a ``quiet_day`` nothing was charted."""

    patients: Sequence[int]
    service_codes: Sequence[str]
    days: tuple[date, ...]
    rows_per_day: int
    quiet_day: date | None


class _Journal:
    """Collects the rows of a practice in the order in which they were entered."""

    def __init__(self, rng: random.Random, codes: Sequence[str]) -> None:
        self.rng = rng
        self.codes = codes
        self.charts: list[ChartRow] = []
        self.services: list[ServiceRow] = []
        self._chart_id = rng.randint(1, 20_000)
        self._service_id = rng.randint(1, 20_000)

    def chart(self, patient: int, day: date | None, *, deleted: bool | None, junk: int = 0) -> None:
        self._chart_id += self.rng.randint(1, 3)
        self.charts.append(ChartRow(self._chart_id, patient, day, chart_text(self.rng), deleted, junk))

    def service(self, patient: int, day: date | None, code: str | None, *, deleted: bool | None, junk: int = 0) -> None:
        self._service_id += self.rng.randint(1, 3)
        self.services.append(ServiceRow(self._service_id, patient, day, code, deleted, junk))

    def visit(self, patient: int, day: date, entries: int) -> None:
        """A patient's visit: live chart entries, now and then a deleted one, and the services."""
        for _ in range(entries):
            self.chart(patient, day, deleted=None if self.rng.random() < 0.05 else False)
        if self.rng.random() < 0.08:
            self.chart(patient, day, deleted=True)
        self.bill(patient, day)

    def bill(self, patient: int, day: date) -> None:
        """The services of a visit, with the faults of real billing: duplicates, blanks, empty and deleted ones."""
        rng = self.rng
        codes: list[str | None] = [*rng.choices(self.codes, k=rng.randint(0, 4))]
        drawn = rng.random()
        if codes and drawn < 0.12:
            codes.append(codes[0])
        elif codes and drawn < 0.2:
            codes.append(f"  {codes[0]} ")
        elif drawn < 0.24:
            codes.append(rng.choice(("", "   ", None)))
        elif drawn < 0.3:
            codes.insert(0, f" {rng.choice(self.codes)}")
        for code in codes:
            marked = rng.random()
            deleted = True if marked < 0.06 else None if marked < 0.1 else False
            self.service(patient, day, code, deleted=deleted)


def make_visits(rng: random.Random, plan: VisitPlan) -> tuple[tuple[ChartRow, ...], tuple[ServiceRow, ...]]:
    """Chart entries and services in the order of their row ids."""
    journal = _Journal(rng, plan.service_codes)
    _write_history(journal, plan)
    _write_junk(journal, plan)
    for number, day in enumerate(plan.days):
        if day == plan.quiet_day:
            _write_quiet_day(journal, plan, day)
            continue
        _write_day(journal, plan, number, day)
    return tuple(journal.charts), tuple(journal.services)


def _write_history(journal: _Journal, plan: VisitPlan) -> None:
    days = sorted(journal.rng.choices(range(1, _HISTORY_DAYS), k=_HISTORY_ENTRIES), reverse=True)
    for back in days:
        day = plan.days[0] - timedelta(days=back)
        if day.weekday() == _SUNDAY or (day.weekday() == _SATURDAY and journal.rng.random() < 0.95):
            day -= timedelta(days=2)
        journal.visit(journal.rng.choice(plan.patients), day, 1)


def _write_junk(journal: _Journal, plan: VisitPlan) -> None:
    """Rows whose day is no date, one of them deleted."""
    for junk in range(_JUNK_ENTRIES):
        patient = journal.rng.choice(plan.patients)
        journal.chart(patient, None, deleted=junk == _JUNK_ENTRIES - 1, junk=junk)
        journal.service(patient, None, journal.rng.choice(plan.service_codes), deleted=False, junk=junk)


def _write_quiet_day(journal: _Journal, plan: VisitPlan, day: date) -> None:
    """No entry that counts, though a deleted one and a service exist."""
    patient = journal.rng.choice(plan.patients)
    journal.chart(patient, day, deleted=True)
    journal.service(patient, day, plan.service_codes[0], deleted=False)


def _write_day(journal: _Journal, plan: VisitPlan, number: int, day: date) -> None:
    rng = journal.rng
    left = max(1, round(plan.rows_per_day * rng.uniform(0.6, 1.4)))
    first_edge = number * _EDGES_PER_DAY
    waiting = [plan.patients[(first_edge + offset) % EDGE_PATIENTS] for offset in range(_EDGES_PER_DAY)]
    while left > 0:
        patient = waiting.pop() if waiting else rng.choice(plan.patients)
        entries = min(left, rng.choices((1, 2, 3), weights=(75, 20, 5))[0])
        journal.visit(patient, day, entries)
        left -= entries
    # Billed by telephone or by the laboratory: services of a day without a chart entry.
    journal.bill(rng.choice(plan.patients), day)
