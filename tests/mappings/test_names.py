import pytest

from mappings.names import AffixPlace, affix_place, canonical_names, joined, readings, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("P_NAME", ("P", "NAME")),
        ("PatientenNr", ("PATIENTEN", "NR")),
        ("Bemerkung_4f", ("BEMERKUNG", "4F")),
        ("GELÖSCHT", ("GELOESCHT",)),
        ("Straße", ("STRASSE",)),
        ("[PATNR]", ("PATNR",)),
        ("РАТNR", ("PATNR",)),  # Cyrillic Р, А, Т
        ("Größe\tneu", ("GROESSE", "NEU")),
        ("", ()),
    ],
)
def test_words_of(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_quotes_inside_a_name_do_not_matter_joined() -> None:
    assert joined('KAS"SENID') == "KASSENID"


@pytest.mark.parametrize("place", list(AffixPlace))
def test_p_name_is_never_split(place: AffixPlace) -> None:
    assert [reading.joined for reading in readings("P_NAME", place)] == ["PNAME"]


@pytest.mark.parametrize("place", list(AffixPlace))
def test_every_canonical_name_is_read_whole(place: AffixPlace) -> None:
    assert [readings(name, place)[0].affix for name in sorted(canonical_names())] == [""] * len(canonical_names())


def test_suffix_is_set_aside_where_the_source_has_the_habit() -> None:
    first = readings("P_NAME_KTI", AffixPlace.SUFFIX)[0]
    assert (first.joined, first.affix, first.habitual) == ("PNAME", "KTI", True)


def test_suffix_without_the_habit_is_only_a_guess() -> None:
    first, second = readings("KARTEI_MN", AffixPlace.NONE)
    assert (first.affix, second.affix, second.habitual) == ("", "MN", False)


def test_number_or_word_of_time_is_no_affix() -> None:
    assert [len(readings(name, AffixPlace.NONE)) for name in ("NAME_2", "PATNR_NEU", "KASSENID_ALT")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["KARTEI_MN", "KASSEN_A1", "TERMIN_XX", "KARTEI"], AffixPlace.SUFFIX),
        (["MN_KARTEI", "A1_KASSEN", "XX_TERMIN"], AffixPlace.PREFIX),
        (["KARTEI", "KASSEN", "TERMIN", "LEISTUNGS_GRUPPE"], AffixPlace.NONE),
        (["KARTEIMN", "KASSENA1", "PATIENTX3", "LEISTUNG7Q", "TERMINX"], AffixPlace.FLAT),
        (["TBL_KARTEIEN", "TBL_PATIENTEN", "TBL_TERMINE"], AffixPlace.NONE),
        ([], AffixPlace.NONE),
    ],
)
def test_affix_place(names: list[str], place: AffixPlace) -> None:
    assert affix_place(names) == place
