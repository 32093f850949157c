"""A practice's invented data: patients, insurers, links, chart entries and services, by seed (*pure*)."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from dentalhub.sandbox.chart_texts import chart_text
from dentalhub.sandbox.insurers import INSURERS, PAYERS_WITHOUT_KIND
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.people import FAMILY_NAMES, GIVEN_NAMES
from dentalhub.sandbox.roster import NetworkCenter
from dentalhub.sandbox.rows import ChartRow, InsurerRow, LinkRow, PatientRow, Practice, ServiceRow
from dentalhub.sandbox.service_codes import SERVICE_CODES
from dentalhub.sandbox.traits import FlagForm, SourceForm

HISTORY_ENTRIES = 160
HISTORY_DAYS = 240
FIRST_PATIENT_ID = 1001
# A NULL flag counts as not deleted; both kinds of live rows must occur.
_FLAGS: tuple[bool | None, ...] = (*(False,) * 17, None, None, True)
_DELETED_OFTEN: tuple[bool | None, ...] = (*(False,) * 6, None, True, True)
_PRIVATE_SPELLINGS = ("P", "P", "P", "p", " P")
_STATUTORY_SPELLINGS = ("1", "1", "5", "1 ")
Marked = TypeVar("Marked", PatientRow, InsurerRow, LinkRow, ChartRow, ServiceRow)


def make_practice(options: NetworkOptions, center: NetworkCenter, form: SourceForm) -> Practice:
    """All rows of one center; equal arguments give equal rows."""
    rng = random.Random(f"{options.seed}/{center.center_id}/practice")
    patients = _patients(rng, max(40, options.rows_per_day * 12))
    insurers = _insurers(rng, center.country, letters=form.letters_for_kinds)
    links = _links(rng, patients, insurers)
    charts = _charts(rng, options, center, patients)
    practice = Practice(patients, insurers, links, charts, _services(rng, center.country, patients, charts))
    return _without_flags(practice) if form.flags is FlagForm.ABSENT else practice


def business_days(last: dt.date, count: int) -> list[dt.date]:
    """The `count` business days that end with `last` or the Friday before it, oldest first."""
    days: list[dt.date] = []
    day = last
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= dt.timedelta(days=1)
    return days[::-1]


def _patients(rng: random.Random, count: int) -> tuple[PatientRow, ...]:
    return tuple(
        PatientRow(FIRST_PATIENT_ID + index, rng.choice(FAMILY_NAMES), rng.choice(GIVEN_NAMES), rng.choice(_FLAGS))
        for index in range(count)
    )


def _insurers(rng: random.Random, country: str, *, letters: bool) -> tuple[InsurerRow, ...]:
    named = [(name, _kind(rng, kind, letters=letters)) for name, kind in INSURERS[country]]
    named += [(name, rng.choice((None, "", " "))) for name in PAYERS_WITHOUT_KIND]
    rng.shuffle(named)
    rows = [InsurerRow(number, name, kind, None if number % 5 == 0 else False) for number, (name, kind) in enumerate(named, 1)]
    # One of each sort that is gone, so that their patients fall back to another link or to none.
    return (*rows[:-2], *(replace(row, deleted=True) for row in rows[-2:]))


def _kind(rng: random.Random, kind: str, *, letters: bool) -> str:
    if kind == "P":
        return "P" if letters else rng.choice(_PRIVATE_SPELLINGS)
    return "G" if letters else rng.choice(_STATUTORY_SPELLINGS)


def _links(
    rng: random.Random, patients: tuple[PatientRow, ...], insurers: tuple[InsurerRow, ...]
) -> tuple[LinkRow, ...]:
    live = [insurer.id for insurer in insurers if not insurer.deleted]
    gone = [insurer.id for insurer in insurers if insurer.deleted]
    missing = max(insurer.id for insurer in insurers) + 50
    rows: list[LinkRow] = []

    def add(patient: PatientRow, insurer_id: int | None, deleted: bool | None = False) -> None:
        rows.append(LinkRow(len(rows) + 1, patient.id, insurer_id, deleted))

    for number, patient in enumerate(patients):
        # The first ten patients have one case each, so that even the smallest center has all of them.
        case = number if number < 10 else rng.choices(range(10), weights=(60, 8, 5, 4, 3, 2, 2, 6, 3, 2))[0]
        if case != 1:
            add(patient, rng.choice(live), None if case == 0 and number % 4 == 0 else False)
        match case:
            case 2:  # two live links: the higher id counts
                add(patient, rng.choice(live))
            case 3:  # the higher link is deleted
                add(patient, rng.choice(live), deleted=True)
            case 4:  # the higher link leads to a deleted insurer
                add(patient, rng.choice(gone))
            case 5:  # the higher link leads to no insurer at all
                add(patient, missing)
            case 6:
                add(patient, None)
            case 7:  # a NULL flag is a live one
                add(patient, rng.choice(live), None)
            case 8:  # three links, of which the middle one counts
                add(patient, rng.choice(live))
                add(patient, rng.choice(live), deleted=True)
            case 9:  # nothing but a deleted link and a deleted insurer
                rows[-1] = replace(rows[-1], deleted=True)
                add(patient, rng.choice(gone))
    return tuple(rows)


def _charts(
    rng: random.Random, options: NetworkOptions, center: NetworkCenter, patients: tuple[PatientRow, ...]
) -> tuple[ChartRow, ...]:
    recent = business_days(options.until, options.days)
    history = business_days(recent[0] - dt.timedelta(days=1), HISTORY_DAYS)
    days: list[dt.date | None] = sorted(rng.choices(history, k=HISTORY_ENTRIES))  # type: ignore[assignment]
    number = int(center.center_id.rpartition("_")[2])
    for index, day in enumerate(recent):
        is_closed = number % 7 == 3 and index == 1
        most = 0 if is_closed else max(1, round(options.rows_per_day * rng.uniform(0.6, 1.4)))
        days += [day] * most
    days[20:20] = [None] * 4  # values that are no date, among the old rows
    rows: list[ChartRow] = []
    for index, day in enumerate(days):
        # Some come twice on a day: the same patient with several entries.
        again = rows and rows[-1].day == day and rng.random() < 0.2
        patient_id = rows[-1].patient_id if again else rng.choice(patients).id
        rows.append(ChartRow(index + 1, patient_id, day, chart_text(rng), rng.choice(_FLAGS), junk=index))
    return tuple(rows)


def _services(
    rng: random.Random, country: str, patients: tuple[PatientRow, ...], charts: tuple[ChartRow, ...]
) -> tuple[ServiceRow, ...]:
    codes = SERVICE_CODES[country]
    found: list[tuple[int, dt.date | None, str | None]] = []
    visits = dict.fromkeys((chart.patient_id, chart.day) for chart in charts)
    for patient_id, day in visits:
        drawn: list[str | None] = list(rng.choices(codes, k=rng.choice((0, 1, 1, 2, 2, 3, 4))))
        if drawn and rng.random() < 0.15:
            drawn.append(drawn[0])
        if rng.random() < 0.06:
            drawn.append(rng.choice((None, "", "  ")))
        if drawn and drawn[0] and rng.random() < 0.08:
            drawn[0] = f" {drawn[0]} "
        found += [(patient_id, day, code) for code in drawn]
        if rng.random() < 0.05:  # a service without a chart entry
            found.append((rng.choice(patients).id, day, rng.choice(codes)))
    return tuple(
        ServiceRow(number, patient_id, day, code, rng.choice(_DELETED_OFTEN), junk=number)
        for number, (patient_id, day, code) in enumerate(found, 1)
    )


def _without_flags(practice: Practice) -> Practice:
    """A source without a delete flag has no deleted rows, only rows."""

    def live(rows: tuple[Marked, ...]) -> Iterator[Marked]:
        return (replace(row, deleted=False) for row in rows)

    return Practice(
        tuple(live(practice.patients)),
        tuple(live(practice.insurers)),
        tuple(live(practice.links)),
        tuple(live(practice.charts)),
        tuple(live(practice.services)),
    )
