import datetime as dt
from dataclasses import replace

from extraction.dry_run_counts import SAMPLES, DayCounts, day_counts, masked_entries, newest_day
from extraction.rows import Extraction, SliceRows, SourceRows
from mappings.enums import PatientIdForm
from tests.extraction.builders import FRIDAY, MONDAY, document, entry

DAY = int(f"{FRIDAY:%Y%m%d}")
OTHER = int(f"{MONDAY:%Y%m%d}")


def rows() -> SourceRows:
    """Three entries of the day: patient 7 twice, insured; patient 8 with a link that leads nowhere."""
    return SourceRows(
        entries=[(1, 7, DAY, "a"), (2, 7, DAY, "b"), (3, 8, DAY, "c"), (4, 9, OTHER, "d")],
        services=[(7, DAY, "01", 1), (8, DAY, "2060", 2), (5, DAY, "Ä1", 3), (7, OTHER, "01", 4)],
        insurances=[(7, 1, 3, 3, "P", "X"), (7, 2, 4, 4, " q ", "Y"), (8, 3, 99, None, None, None)],
    )


def test_counts_of_one_day() -> None:
    found = day_counts(rows(), FRIDAY, document())
    assert found == DayCounts(entries=3, linked=3, insured=2, services=3, services_known=2, unknown_codes=1)


def test_highest_link_counts_as_in_the_extraction() -> None:
    links = [(7, 1, 3, 3, "P", "X"), (7, 2, 4, None, None, None)]
    found = day_counts(SourceRows(entries=[(1, 7, DAY, "a")], insurances=links), FRIDAY, document())
    assert (found.linked, found.insured) == (1, 0)


def test_texts_and_numbers_are_one_patient_where_the_mapping_says_so() -> None:
    source = SourceRows(entries=[(1, "0007", DAY, "a")], insurances=[(7, 1, 3, 3, "P", "X")])
    assert day_counts(source, FRIDAY, document()).linked == 0
    mapped = replace(document(), patient_id_form=PatientIdForm.INTEGER)
    assert day_counts(source, FRIDAY, mapped).linked == 1


def test_day_without_rows() -> None:
    assert day_counts(SourceRows(entries=[]), FRIDAY, document()) == DayCounts()


def test_newest_day_is_the_last_with_entries() -> None:
    empty, full = SliceRows(FRIDAY, ()), SliceRows(MONDAY, (entry(),))
    assert newest_day(Extraction((full, empty))) == MONDAY
    assert newest_day(Extraction((empty,))) is None


def test_samples_hold_nothing_of_a_patient() -> None:
    entries = tuple(entry("4711", "Füllung Müller", row=str(number)) for number in range(SAMPLES + 1))
    found = masked_entries(Extraction((SliceRows(FRIDAY, entries),)), FRIDAY)
    assert len(found) == SAMPLES
    first = found[0]
    assert (first.patient_id, first.chart_entry, first.service_codes) == ("9999", "Aaaaaaa Aaaaaa", ("99",))
    assert (first.insurance_status, first.insurance_name) == ("GKV", "AAA Aaaaaa")


def test_no_samples_of_another_day() -> None:
    assert masked_entries(Extraction((SliceRows(FRIDAY, (entry(),)),)), FRIDAY - dt.timedelta(days=1)) == ()
