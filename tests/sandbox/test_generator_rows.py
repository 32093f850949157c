"""The generated rows hold every case that an extraction must get right."""

from collections import Counter

from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.practice import make_practice
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.rows import Practice
from dentalhub.sandbox.traits import FORMS
from dentalhub.sandbox.truth import chart_entries, undated_entries
from tests.sandbox.generated_network import FRIDAY, OPTIONS, all_centers

DAYS = [day.isoformat() for day in last_business_days(FRIDAY, OPTIONS.days)]


def _practices() -> list[Practice]:
    return [made.practice for made in all_centers().values()]


def _entries(practice: Practice) -> dict[str, list[dict[str, object]]]:
    return chart_entries(practice, {patient.id: str(patient.id) for patient in practice.patients})


def test_last_business_days_skip_the_weekend() -> None:
    assert [day.isoformat() for day in last_business_days(FRIDAY, 6)] == ["2026-11-13", *DAYS]
    sunday = FRIDAY.replace(day=22)
    assert last_business_days(sunday, 1) == (FRIDAY,)


def test_entries_lie_on_the_requested_days() -> None:
    for practice in _practices():
        entries = _entries(practice)
        assert sum(day in entries for day in DAYS) >= len(DAYS) - 1
        assert max(entries) == DAYS[-1]


def test_some_center_has_a_day_without_entries_but_with_rows() -> None:
    quiet = [practice for practice in _practices() if any(day not in _entries(practice) for day in DAYS)]
    assert quiet
    for practice in quiet:
        day = next(day for day in DAYS if day not in _entries(practice))
        assert [row.deleted for row in practice.charts if row.day and row.day.isoformat() == day] == [True]


def test_mean_of_entries_is_near_the_option() -> None:
    options = NetworkOptions(until=FRIDAY, centers=3, rows_per_day=50, days=20)
    center = plan_roster(options).centers[0]
    entries = _entries(make_practice(options, center, FORMS[center.trait]))
    counts = [len(entries[day.isoformat()]) for day in last_business_days(FRIDAY, 20)]
    assert 40 < sum(counts) / len(counts) < 60


def test_window_shows_every_insurance_status() -> None:
    for practice in _practices():
        entries = _entries(practice)
        statuses = {str(entry["insurance_status"]) for day in DAYS for entry in entries.get(day, [])}
        assert statuses == {"GKV", "PKV", "Selbstzahler"}


def test_rows_hold_each_kind_of_flag_and_link() -> None:
    practice = all_centers()["center_01"].practice
    insurers = {insurer.id: insurer for insurer in practice.insurers}
    assert {row.deleted for row in practice.links} == {True, False, None}
    assert {row.deleted for row in practice.charts} == {True, False, None}
    assert {row.deleted for row in practice.services} == {True, False, None}
    assert {row.deleted for row in practice.insurers} == {True, False, None}
    assert {None, 99_999} <= {link.insurer_id for link in practice.links} - set(insurers)
    assert {"P", "p", " P", "", None} <= {insurer.kind for insurer in practice.insurers}
    linked = Counter(link.patient_id for link in practice.links)
    assert {0, 1, 2, 3} <= {linked[patient.id] for patient in practice.patients}


def test_rows_hold_each_fault_of_billing() -> None:
    practice = all_centers()["center_01"].practice
    codes = [service.code for service in practice.services]
    assert None in codes or "" in codes
    assert any(code and code.strip() and code != code.strip() for code in codes)
    visits = Counter((service.patient_id, service.day, service.code) for service in practice.services)
    assert max(visits.values()) > 1
    charted = {(chart.patient_id, chart.day) for chart in practice.charts}
    assert [service for service in practice.services if (service.patient_id, service.day) not in charted]


def test_some_patient_has_several_entries_on_a_day() -> None:
    practice = all_centers()["center_01"].practice
    assert max(Counter((row.patient_id, row.day) for row in practice.charts if row.day).values()) > 1


def test_rows_without_a_date_are_few_and_one_is_deleted() -> None:
    practice = all_centers()["center_01"].practice
    assert [row.deleted for row in practice.charts if row.day is None] == [False, False, False, True]
    assert undated_entries(practice) == 3


def test_texts_hold_what_makes_moving_them_hard() -> None:
    texts = [row.text for practice in _practices() for row in practice.charts]
    assert {None, ""} <= set(texts)
    joined = "".join(text or "" for text in texts)
    assert [mark for mark in "äöüÄÖÜß\"';,\n\t\\„“🦷" if mark not in joined] == []
    assert {"=", "+", "-", "@"} <= {text[0] for text in texts if text}
