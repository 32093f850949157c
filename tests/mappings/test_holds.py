import pytest
from django.utils import translation

from mappings.drift import Change
from mappings.enums import DriftKind
from mappings.holds import hold_of, hold_sentence, holding, read_tables


def change(field: str, kind: DriftKind = DriftKind.GONE, *, is_breaking: bool = True) -> Change:
    return Change(field, kind, "before", is_breaking=is_breaking)


FIELDS = ("KARTEI.PATNR", "KARTEI.DATUM", "KARTEI.BEMERKUNG", "KASSEN.ART", "KASSEN.NAME", "LEISTUNG.LEISTUNG")


def test_tables_that_are_read() -> None:
    assert read_tables() == ("KASSEN", "PATKASSE", "KARTEI", "LEISTUNG")


@pytest.mark.parametrize(
    ("changes", "hold", "sentence"),
    [
        ([], "", ""),
        ([change("KARTEI.DATUM")], "gone:KARTEI.DATUM", "Schema changed: KARTEI.DATUM is gone."),
        ([change("KARTEI", DriftKind.RENAMED)], "renamed:KARTEI", "Schema changed: KARTEI was renamed."),
        (
            [change("KARTEI.DATUM", DriftKind.TYPE_CHANGED), change("KASSEN.ART")],
            "type_changed:KARTEI.DATUM gone:KASSEN.ART",
            "Schema changed: KARTEI.DATUM has another type, KASSEN.ART is gone.",
        ),
        # The columns of a table that is gone say nothing more.
        (
            [change("KASSEN"), change("KASSEN.ART"), change("KASSEN.ID")],
            "gone:KASSEN",
            "Schema changed: KASSEN is gone.",
        ),
        ([change("KARTEI.DATUM", DriftKind.TYPE_CHANGED, is_breaking=False)], "", ""),
        ([change("KARTEI", DriftKind.KEYS_CHANGED, is_breaking=False)], "", ""),
        # No name of a patient is ever read.
        ([change("PATIENT.P_NAME"), change("PATIENT")], "", ""),
        (
            [change(field) for field in FIELDS[:5]],
            "gone:KARTEI.PATNR gone:KARTEI.DATUM gone:KARTEI.BEMERKUNG gone:KASSEN.ART more:1",
            (
                "Schema changed: KARTEI.PATNR is gone, KARTEI.DATUM is gone, KARTEI.BEMERKUNG is gone,"
                " KASSEN.ART is gone, and 1 more change."
            ),
        ),
    ],
)
def test_hold_is_stored_in_words_and_told_in_a_sentence(changes: list[Change], hold: str, sentence: str) -> None:
    assert hold_of(changes) == hold
    assert hold_sentence(hold) == sentence


def test_longest_hold_fits_its_column() -> None:
    fields = ("PATKASSE.KASSENID", "LEISTUNG.PATIENTID", "KARTEI.BEMERKUNG", "LEISTUNG.LEISTUNG")
    changes = [change(field, DriftKind.TYPE_CHANGED) for field in fields * 30]
    assert len(hold_of(changes)) <= 200


def test_unknown_words_of_a_later_version_do_no_harm() -> None:
    assert hold_sentence("vanished:KARTEI gone:KARTEI.DATUM") == "Schema changed: KARTEI.DATUM is gone."


def test_sentence_is_made_when_it_is_shown() -> None:
    with translation.override("de"):
        assert "KARTEI.DATUM" in hold_sentence("gone:KARTEI.DATUM")


def test_holding_keeps_the_order() -> None:
    changes = [change(field) for field in FIELDS]
    assert holding(changes) == tuple(changes)
