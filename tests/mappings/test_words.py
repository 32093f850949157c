import pytest

from mappings.names import Reading, words_of
from mappings.words import UNKNOWN, meanings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EINTRAGSDATUM", {"entry", "date"}),
        ("BEHANDLUNGS_DATUM", {"treatment", "date"}),
        ("KrankenKasse", {"sick", "insurer"}),
        ("PATIENTENNUMMER", {"patient", "number"}),
        ("LOESCH_KZ", {"deleted", "flag"}),
        ("is_active", {"active"}),
        ("Nachname", {"family", "name"}),
        ("TERMIN_DATUM", {"other", "date"}),
        ("QUATSCH_DATUM", {UNKNOWN, "date"}),
        ("ARTIKEL", {UNKNOWN}),
    ],
)
def test_meanings(name: str, expected: set[str]) -> None:
    assert meanings(Reading(words_of(name))) == expected
