import pytest

from mappings.canonical import canonical_tables
from mappings.document import Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import ReviewPolicy
from mappings.policy import ACCEPTED_FROM, OPEN_BELOW, Standing, Workload, is_critical, standing, workload

FLAG = (Evidence("quality_empty", 0.0),)
CRITICAL = {
    "PATIENT.ID",
    "KASSEN.ID",
    "KASSEN.ART",
    "PATKASSE.PATNR",
    "PATKASSE.KASSENID",
    "KARTEI.PATNR",
    "KARTEI.DATUM",
    "KARTEI.BEMERKUNG",
    "LEISTUNG.PATIENTID",
    "LEISTUNG.DATUM",
}


@pytest.mark.parametrize(
    ("policy", "confidence", "flags", "expected"),
    [
        (ReviewPolicy.CONSERVATIVE, 0.49, (), Standing.OPEN),
        (ReviewPolicy.CONSERVATIVE, 0.5, (), Standing.REVIEW),
        (ReviewPolicy.CONSERVATIVE, 1.0, (), Standing.REVIEW),
        (ReviewPolicy.STANDARD, 0.49, (), Standing.OPEN),
        (ReviewPolicy.STANDARD, 0.94, (), Standing.REVIEW),
        (ReviewPolicy.STANDARD, 0.95, (), Standing.ACCEPTED),
        (ReviewPolicy.STANDARD, 0.99, FLAG, Standing.REVIEW),
        (ReviewPolicy.PERMISSIVE, 0.49, (), Standing.OPEN),
        (ReviewPolicy.PERMISSIVE, 0.89, (), Standing.REVIEW),
        (ReviewPolicy.PERMISSIVE, 0.9, (), Standing.ACCEPTED),
        (ReviewPolicy.PERMISSIVE, 0.9, FLAG, Standing.ACCEPTED),
    ],
)
def test_standing_follows_the_policy(
    policy: ReviewPolicy, confidence: float, flags: tuple[Evidence, ...], expected: Standing
) -> None:
    assert standing(policy, "KASSEN", "NAME", confidence, flags) == expected


@pytest.mark.parametrize("policy", ReviewPolicy)
@pytest.mark.parametrize("field", sorted(CRITICAL))
def test_critical_field_is_never_accepted(policy: ReviewPolicy, field: str) -> None:
    table, name = field.split(".")
    assert standing(policy, table, name, 1.0) == Standing.REVIEW
    assert standing(policy, table, name, 0.2) == Standing.OPEN


def test_critical_fields_are_those_of_the_canonical_model() -> None:
    found = {f"{table.name}.{field.name}" for table in canonical_tables() for field in table.fields if field.critical}
    assert found == CRITICAL
    assert not is_critical("KASSEN", "NAME")
    assert not is_critical("NOTHING", "ID")


def test_table_is_as_critical_as_its_fields() -> None:
    assert {table.name for table in canonical_tables() if is_critical(table.name)} == {
        "PATIENT",
        "KASSEN",
        "PATKASSE",
        "KARTEI",
        "LEISTUNG",
    }
    assert standing(ReviewPolicy.PERMISSIVE, "KARTEI", None, 1.0) == Standing.REVIEW


def test_thresholds_grow_stricter() -> None:
    assert OPEN_BELOW < ACCEPTED_FROM[ReviewPolicy.PERMISSIVE] < ACCEPTED_FROM[ReviewPolicy.STANDARD]
    assert ReviewPolicy.CONSERVATIVE not in ACCEPTED_FROM


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (ReviewPolicy.CONSERVATIVE, Workload(0, 4, 1)),
        (ReviewPolicy.STANDARD, Workload(1, 3, 1)),
        (ReviewPolicy.PERMISSIVE, Workload(2, 2, 1)),
    ],
)
def test_workload_counts_the_fields_of_all_mappings(policy: ReviewPolicy, expected: Workload) -> None:
    kartei = (FieldMapping("DATUM", "D", 0.99), FieldMapping("ID", "ID", 0.97), FieldMapping("DELKZ"))
    kassen = (FieldMapping("NAME", "N", 0.92, flags=FLAG), FieldMapping("ART", "A", 0.8))
    documents = [
        MappingDocument((TableMapping("KARTEI", fields=kartei),)),
        MappingDocument((TableMapping("KASSEN", fields=kassen),)),
    ]
    assert workload(policy, documents) == expected
    assert expected.to_look_at == 5 - expected.accepted
