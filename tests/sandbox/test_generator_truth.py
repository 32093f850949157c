"""The ground truth against hand-made practices, one rule of the design at a time."""

from datetime import date

import pytest

from dentalhub.sandbox.rows import ChartRow, InsurerRow, LinkRow, PatientRow, Practice, ServiceRow
from dentalhub.sandbox.truth import chart_entries, insurance_by_patient, service_codes_by_visit, undated_entries

DAY = date(2026, 11, 20)
STATUTORY = InsurerRow(1, "AOK PLUS", "1")
PRIVATE = InsurerRow(2, "Debeka", "P")
GONE = InsurerRow(3, "Alte Kasse", "P", deleted=True)


def practice(
    *,
    insurers: tuple[InsurerRow, ...] = (STATUTORY, PRIVATE, GONE),
    links: tuple[LinkRow, ...] = (),
    charts: tuple[ChartRow, ...] = (),
    services: tuple[ServiceRow, ...] = (),
) -> Practice:
    patients = (PatientRow(7, "Weiß", "Käthe"), PatientRow(10, "Groß", "Jörg"))
    return Practice(patients, insurers, links, charts, services)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        pytest.param((), ("Selbstzahler", ""), id="no link"),
        pytest.param((LinkRow(1, 7, 1),), ("GKV", "AOK PLUS"), id="one link"),
        pytest.param((LinkRow(1, 7, 1), LinkRow(2, 7, 2)), ("PKV", "Debeka"), id="highest id of two"),
        pytest.param((LinkRow(2, 7, 2), LinkRow(1, 7, 1)), ("PKV", "Debeka"), id="highest id stored first"),
        pytest.param((LinkRow(1, 7, 1), LinkRow(2, 7, 2, deleted=True)), ("GKV", "AOK PLUS"), id="deleted link"),
        pytest.param((LinkRow(1, 7, 1, deleted=True),), ("Selbstzahler", ""), id="only a deleted link"),
        pytest.param((LinkRow(1, 7, 1, deleted=None),), ("GKV", "AOK PLUS"), id="NULL flag"),
        pytest.param((LinkRow(1, 7, 1), LinkRow(2, 7, 3)), ("GKV", "AOK PLUS"), id="deleted insurer"),
        pytest.param((LinkRow(1, 7, 3),), ("Selbstzahler", ""), id="only a deleted insurer"),
        pytest.param((LinkRow(1, 7, 1), LinkRow(2, 7, 99)), ("Selbstzahler", ""), id="dangling insurer wins"),
        pytest.param((LinkRow(1, 7, None),), ("Selbstzahler", ""), id="NULL insurer"),
        pytest.param((LinkRow(1, 7, 1), LinkRow(2, 10, 2)), ("GKV", "AOK PLUS"), id="another patient's link"),
    ],
)
def test_insurance_follows_the_links(links: tuple[LinkRow, ...], expected: tuple[str, str]) -> None:
    assert insurance_by_patient(practice(links=links))[7] == expected


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *(("P", "PKV"), ("p", "PKV"), (" P", "PKV"), ("p ", "PKV")),
        *(("1", "GKV"), ("5", "GKV"), ("G", "GKV"), ("PX", "GKV")),
        *(("", "Selbstzahler"), ("  ", "Selbstzahler"), (None, "Selbstzahler")),
    ],
)
def test_status_follows_the_kind_code_and_keeps_the_name(kind: str | None, status: str) -> None:
    made = practice(insurers=(InsurerRow(1, "Kasse ", kind),), links=(LinkRow(1, 7, 1),))
    assert insurance_by_patient(made)[7] == (status, "Kasse ")


def test_status_follows_the_code_table_of_the_center() -> None:
    made = practice(insurers=(InsurerRow(1, "Kasse", "2"),), links=(LinkRow(1, 7, 1),))
    assert insurance_by_patient(made, {"2": "PKV"})[7] == ("PKV", "Kasse")


def test_service_codes_are_trimmed_unique_and_in_row_order() -> None:
    services = (
        ServiceRow(5, 7, DAY, "2060"),
        ServiceRow(1, 7, DAY, " 01 "),
        ServiceRow(2, 7, DAY, "Ä1"),
        ServiceRow(3, 7, DAY, "01"),
        ServiceRow(4, 7, DAY, "  "),
        ServiceRow(6, 7, DAY, None),
        ServiceRow(7, 7, DAY, "107", deleted=True),
        ServiceRow(8, 7, DAY, "8", deleted=None),
        ServiceRow(9, 7, None, "9"),
        ServiceRow(10, 10, DAY, "10"),
    )
    assert service_codes_by_visit(practice(services=services)) == {
        (7, "2026-11-20"): ["01", "Ä1", "2060", "8"],
        (10, "2026-11-20"): ["10"],
    }


def test_one_entry_per_chart_row_ordered_by_patient_and_row() -> None:
    made = practice(
        links=(LinkRow(1, 7, 1), LinkRow(2, 7, 2)),
        charts=(
            ChartRow(1, 10, DAY, "a"),
            ChartRow(4, 7, DAY, "b"),
            ChartRow(2, 7, DAY, None, deleted=None),
            ChartRow(3, 7, DAY, "gone", deleted=True),
            ChartRow(5, 7, date(2026, 11, 19), "earlier"),
        ),
        services=(ServiceRow(1, 7, DAY, "01"),),
    )
    found = chart_entries(made, {7: "PAT-00007", 10: "PAT-00010"})
    assert list(found) == ["2026-11-19", "2026-11-20"]
    private = {
        "patient_id": "PAT-00007",
        "insurance_status": "PKV",
        "insurance_name": "Debeka",
        "service_codes": ["01"],
    }
    alone = {"patient_id": "PAT-00010", "insurance_status": "Selbstzahler", "insurance_name": "", "service_codes": []}
    assert found["2026-11-20"] == [
        {"row_id": 2, "chart_entry": "", **private},
        {"row_id": 4, "chart_entry": "b", **private},
        {"row_id": 1, "chart_entry": "a", **alone},
    ]


def test_patients_are_ordered_as_numbers() -> None:
    made = practice(charts=(ChartRow(1, 10, DAY, "a"), ChartRow(2, 7, DAY, "b")))
    entries = chart_entries(made, {7: "7", 10: "10"})["2026-11-20"]
    assert [entry["patient_id"] for entry in entries] == ["7", "10"]


def test_undated_entries_are_counted_unless_deleted() -> None:
    charts = (
        ChartRow(1, 7, None, "a"),
        ChartRow(2, 7, None, "b", deleted=None),
        ChartRow(3, 7, None, "c", deleted=True),
        ChartRow(4, 7, DAY, "d"),
    )
    assert undated_entries(practice(charts=charts)) == 2
