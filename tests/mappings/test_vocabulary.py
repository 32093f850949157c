from mappings.vocabulary import NO_VOCABULARY, Lesson, Standing, Vocabulary, vocabulary_of, with_imported

NOTE = ("KARTEI.BEMERKUNG", "NOTIZ")
ENTRY = ("KARTEI.DATUM", "EINTRAGDATUM")


def test_unknown_name_has_no_standing() -> None:
    assert NO_VOCABULARY.standing(*NOTE) == Standing(0, 0, imported=False)


def test_vocabulary_counts_centers() -> None:
    lessons = [
        Lesson(confirmed=frozenset({NOTE, ENTRY})),
        Lesson(confirmed=frozenset({NOTE})),
        Lesson(rejected=frozenset({NOTE})),
    ]
    assert vocabulary_of(lessons).entries == {NOTE: Standing(2, 1), ENTRY: Standing(1, 0)}


def test_name_counts_only_for_its_field() -> None:
    vocabulary = vocabulary_of([Lesson(confirmed=frozenset({NOTE}))])
    assert vocabulary.standing("LEISTUNG.LEISTUNG", "NOTIZ") == Standing()


def test_imported_name_has_one_voice() -> None:
    vocabulary = with_imported(NO_VOCABULARY, {NOTE: Standing(400, 2), ENTRY: Standing(0, 7)})
    assert vocabulary.entries == {NOTE: Standing(1, 0, imported=True), ENTRY: Standing(0, 1, imported=True)}


def test_imported_name_has_no_say_where_this_network_decided() -> None:
    own = Vocabulary({NOTE: Standing(0, 1)})
    assert with_imported(own, {NOTE: Standing(400, 0)}).standing(*NOTE) == Standing(0, 1)


def test_imported_tie_says_nothing() -> None:
    assert with_imported(NO_VOCABULARY, {NOTE: Standing(3, 3)}).entries == {}
