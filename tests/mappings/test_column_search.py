from dataclasses import replace

import pytest

from centers.catalog import Catalog
from mappings.column_search import MOST_HITS, Hits, search_columns
from mappings.profile import NO_PROFILE, ColumnProfile, Profile, TableProfile
from tests.mappings.catalogs import catalog, standard, table
from tests.mappings.large_center import large_catalog

PROFILE = Profile(
    (
        TableProfile(
            "ck",
            "KARTEI",
            10,
            columns=(
                ColumnProfile("BEMERKUNG", 5, null_share=0.5, samples=("Aaaa aa",)),
                ColumnProfile("DELKZ", 10, codes=(("J", 3), ("N", 7)), samples=("A",)),
            ),
        ),
    )
)


def found(query: str, source: Catalog | None = None, profile: Profile = NO_PROFILE) -> list[str]:
    hits = search_columns(source or standard(), profile, query)
    return [f"{hit.table.name}.{hit.column.name}" for hit in hits.shown]


def test_name_goes_before_a_part_of_it_and_that_before_the_table() -> None:
    assert found("leistung") == [
        "LEISTUNG.LEISTUNG",
        "LEISTUNG.LEISTUNG_ID",
        "LEISTUNG.ID",
        "LEISTUNG.PATIENTID",
        "LEISTUNG.DATUM",
        "LEISTUNG.DELKZ",
    ]
    assert found("datum") == ["KARTEI.DATUM", "LEISTUNG.DATUM", "RECHNUNG.DATUM", "TERMIN.TERMIN_DATUM"]


@pytest.mark.parametrize("query", ["Kartei Datum", "DATUM kart", "  ck.kartei   datum "])
def test_every_word_must_be_found(query: str) -> None:
    assert found(query) == ["KARTEI.DATUM"]


@pytest.mark.parametrize("query", ["Mueller", "müller", "MÜLLER", "uelle"])
def test_umlauts_may_be_spelled_out(query: str) -> None:
    source = catalog(table("AKTE", 1, "ID int, Müller_Nr int"), table("FRÄSE", 1, "ID int"))
    assert found(query, source) == ["AKTE.Müller_Nr"]
    assert found("fraese", source) == ["FRÄSE.ID"]


def test_type_is_found() -> None:
    assert found("money") == ["RECHNUNG.BETRAG"]
    assert found("rechn money") == ["RECHNUNG.BETRAG"]


def test_masked_values_and_codes_are_found() -> None:
    assert found("aaaa", profile=PROFILE) == ["KARTEI.BEMERKUNG"]
    assert found("kartei j", profile=PROFILE)[0] == "KARTEI.DELKZ"
    assert found("aaaa") == []


def test_hit_says_what_was_seen() -> None:
    hit = search_columns(standard(), PROFILE, "kartei bemerkung").shown[0]
    assert (hit.label, hit.empty_percent, hit.samples) == ("BEMERKUNG · nvarchar(max)", 50, ("Aaaa aa",))
    (hit,) = search_columns(standard(), PROFILE, "kartei delkz").shown
    assert (hit.empty_percent, hit.samples) == (0, ("J", "N"))


def test_column_that_nobody_looked_at_says_nothing() -> None:
    (hit,) = search_columns(standard(), PROFILE, "rechnung betrag").shown
    assert (hit.empty_percent, hit.samples) == (None, ())


@pytest.mark.parametrize("query", ["", "   ", "\u0301", "zzz"])
def test_nothing_is_found(query: str) -> None:
    assert search_columns(standard(), NO_PROFILE, query) == Hits()


def test_what_is_left_out_is_counted() -> None:
    hits = search_columns(large_catalog(150), NO_PROFILE, "lager")
    assert (len(hits.shown), hits.left_out) == (MOST_HITS, 141 * 20 - MOST_HITS)


def test_views_are_searched_too() -> None:
    view = replace(table("V_NOTIZ", None, "TEXT nvarchar:10"), table_type="VIEW")
    assert found("notiz", standard(extra=[view])) == ["V_NOTIZ.TEXT"]


def test_of_equals_the_one_in_the_table_at_hand_goes_first() -> None:
    hits = search_columns(standard(), NO_PROFILE, "delkz", ("ck", "RECHNUNG")).shown
    assert [hit.table.name for hit in hits[:2]] == ["RECHNUNG", "KARTEI"]
