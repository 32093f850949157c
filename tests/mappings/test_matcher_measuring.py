"""The measuring itself: folds that share no words, views that hide what they should, figures that add up."""

from collections import Counter

import pytest

from mappings.matcher.source import source_of
from mappings.names import Reading
from mappings.words import UNKNOWN, meanings
from tests.benchmarks.matcher.calibration import bins, calibration_error
from tests.benchmarks.matcher.calibration_plot import picture
from tests.benchmarks.matcher.date_forms import DateForm, date_forms
from tests.benchmarks.matcher.dev_set import dev_centers
from tests.benchmarks.matcher.folds import alike, folds, vocabulary_of
from tests.benchmarks.matcher.halves import halves
from tests.benchmarks.matcher.lessons_of_truth import learned_from, true_mapping
from tests.benchmarks.matcher.lexicon import canonical_words, forgotten, known_words
from tests.benchmarks.matcher.report import put_in
from tests.benchmarks.matcher.scoring import Judged, Outcome, figures, judged
from tests.benchmarks.matcher.views import without_names


def test_every_center_is_tested_once() -> None:
    tested = Counter(center.center_id for fold in folds(dev_centers()) for center in fold.tested)
    assert tested == Counter(center.center_id for center in dev_centers())


def test_no_vocabulary_is_on_both_sides_of_a_fold() -> None:
    for fold in folds(dev_centers()):
        assert {vocabulary_of(center) for center in fold.tested} == {fold.vocabulary}
        assert not any(alike(vocabulary_of(center), fold.vocabulary) for center in fold.training)


def test_words_left_to_a_fold_come_from_its_training_or_the_canonical_names() -> None:
    for fold in folds(dev_centers()):
        left = known_words(fold.tested) - fold.forgotten
        assert left <= known_words(fold.training) | canonical_words()
        assert not fold.forgotten & (known_words(fold.training) | canonical_words())


def test_vocabularies_of_the_set_are_told_apart() -> None:
    assert Counter(map(vocabulary_of, dev_centers())) == Counter(
        ivoris=18, german=8, english=5, mixed=3, opaque=2, austrian=1, abbreviated=1, italian=1, reserved=1
    )


def test_forgotten_word_means_nothing_until_it_is_remembered() -> None:
    reading = Reading(("EINTRAG", "DATUM"))
    before = meanings(reading)
    with forgotten(frozenset({"EINTRAG"})):
        assert meanings(reading) == (before - {"entry"}) | {UNKNOWN}
    assert meanings(reading) == before


def test_center_without_names_keeps_nothing_of_them_but_its_truth() -> None:
    center = dev_centers()[2]
    hidden = without_names(center)
    old = {table.name for table in center.catalog.tables}
    assert not old & {table.name for table in hidden.catalog.tables}
    for name, truth in hidden.truth.items():
        table = next(item for item in hidden.catalog.tables if item.qualified_name == truth.table)
        assert {column for column in truth.columns.values() if column} <= {column.name for column in table.columns}
        original = next(item for item in center.catalog.tables if item.qualified_name == center.truth[name].table)
        assert [column.data_type for column in table.columns] == [column.data_type for column in original.columns]


def test_right_prediction_scores_full_marks_and_an_empty_one_none() -> None:
    center = dev_centers()[0]
    perfect = {
        name: {
            "table": truth.table,
            "columns": {field: {"actual": column, "confidence": 1.0} for field, column in truth.columns.items()},
        }
        for name, truth in center.truth.items()
    }
    found = figures([Outcome(center, perfect)])
    assert (found["S"]["f1"], found["ALL"]["coverage"], found["ALL"]["wrong_auto"]) == (1.0, 1.0, 0)
    assert figures([Outcome(center, {})])["ALL"]["f1"] == 0.0
    assert all(column == Judged(1.0, True) for column in judged(Outcome(center, perfect)))


@pytest.mark.parametrize(
    ("proposed", "true", "right"), [("datetime", "dt2", True), ("int", "v8", False), (None, "int", False)]
)
def test_form_of_dates_is_judged_by_the_sets_words(proposed: str | None, true: str, right: bool) -> None:
    truth = {
        "KARTEI": {"table": "ck.K", "columns": {"DATUM": "D"}, "notes": {"DATUM": {"format": true}}},
        "LEISTUNG": {"table": None, "columns": {"DATUM": None}, "notes": {}},
    }
    column = {"actual": "D", "confidence": 1.0, **({"format": proposed} if proposed else {})}
    found = date_forms("x", truth, {"KARTEI": {"table": "ck.K", "columns": {"DATUM": column}}})
    assert found == [DateForm("x", "KARTEI", proposed, true)]
    assert found[0].right is right
    assert date_forms("x", truth, {"KARTEI": {"table": "ck.BAK", "columns": {"DATUM": column}}}) == []


def test_bins_hold_every_column_once_and_know_how_far_off_they_are() -> None:
    given = [Judged(0.95, True)] * 3 + [Judged(0.95, False)] + [Judged(1.0, True)] * 4 + [Judged(0.0, False)]
    found = bins(given)
    assert [(item.count, item.right) for item in found] == [(1, 0), (4, 3), (4, 4)]
    assert calibration_error(found) == pytest.approx(4 * 0.2 / 9)
    low, high = found[1].interval
    assert 0 < low < 0.75 < high < 1
    assert calibration_error([]) == 0.0


def test_picture_says_its_figures_in_words() -> None:
    text = picture(bins([Judged(0.9, True), Judged(0.9, False)]), "A & B.")
    assert '<title id="title">' in text
    assert "A &amp; B. confidence 0.90: 1 of 2 right." in text


def test_approved_truth_teaches_the_names_of_its_center() -> None:
    first, second = halves(dev_centers())
    assert [*first, *second] == list(dev_centers())
    center = next(item for item in dev_centers() if vocabulary_of(item) == "italian")
    learned = learned_from([center, center])
    assert learned.standing("KARTEI", "DIARIO").confirmed == 2
    assert learned.standing("KARTEI.DATUM", "DATA").confirmed == 2
    mapping = true_mapping(center)
    assert (mapping.table("KARTEI").schema, mapping.table("PATKASSE").table) == ("ck", None)
    assert source_of(center.catalog).by_key["ck", "DIARIO"].table.name == "DIARIO"


def test_measured_parts_replace_what_stands_between_their_marks() -> None:
    text = "# A\n<!-- measured: one -->\nold\n<!-- /measured -->\nkept\n<!-- measured: two -->\n2\n<!-- /measured -->\n"
    written = put_in(text, {"one": "new \\1"})
    assert written == text.replace("old", "new \\1")
    assert put_in(written, {"one": "old"}) == text
    with pytest.raises(KeyError):
        put_in(text, {"three": ""})
