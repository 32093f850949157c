"""Joins that only values show."""

from mappings.profile import Reference
from mappings.value_references import KeyColumn, references


def column(table: str, name: str, values: list[object], data_type: str = "int", *, primary: bool = False) -> KeyColumn:
    return KeyColumn("ck", table, name, data_type, values, primary)


PATIENT = column("PATIENT", "ID", [50001, 50002, 50003, 52371, 52373], primary=True)
INSURER = column("KASSEN", "ID", [1, 2, 3, 4, 5], primary=True)


def found(*columns: KeyColumn) -> dict[str, list[Reference]]:
    return {place[2]: list(best) for place, best in references([PATIENT, INSURER, *columns]).items()}


def test_values_lead_to_the_key_they_are_found_in() -> None:
    best = found(column("KARTEI", "PATNR", [50001, 50001, 50003, 52373, 51000]))["PATNR"]
    assert [(item.table, item.column, item.share, item.reach) for item in best] == [("PATIENT", "ID", 0.75, 1.0)]


def test_numbers_meet_whatever_their_type() -> None:
    best = found(column("KARTEI", "PATNR", [50001.0, 50002.0, 52373.0], "float"))["PATNR"]
    assert (best[0].table, best[0].share) == ("PATIENT", 1.0)


def test_texts_with_zeros_are_no_numbers() -> None:
    assert "PATNR" not in found(column("KARTEI", "PATNR", ["00050001", "00050002", "00050003"], "char"))


def test_values_beyond_the_range_of_a_key_do_not_lead_there() -> None:
    assert "MENGE" not in found(column("KARTEI", "MENGE", [1, 2, 3, 900, 4000]))


def test_column_does_not_lead_to_its_own_table() -> None:
    assert "ELTERN" not in found(column("PATIENT", "ELTERN", [50001, 50002, 50003]))


def test_column_with_repeated_values_is_no_key() -> None:
    assert "PATNR" not in found(column("TERMIN", "NR", [9, 9, 8, 7]), column("KARTEI", "PATNR", [9, 8, 7, 9], "int"))


def test_infinity_is_no_key() -> None:
    assert references([column("T", "A", [float("inf"), 1.0, 2.0, 3.0], "float")]) == {}
