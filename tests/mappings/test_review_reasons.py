"""The reasons on the review page: how strong, in which order, and what was seen of the values."""

import pytest

from centers.samples import Skipped
from mappings.document import Candidate, Evidence
from mappings.evidence import MEDIUM, STRONG, Strength, strength
from mappings.profile import NO_PROFILE, ColumnProfile, Profile, Shape, TableProfile
from mappings.profile_words import NOT_LOOKED_AT, SHAPES, SKIPPED
from mappings.review_values import Values, column_values, coverage, table_values
from mappings.review_why import runner_up, sorted_reasons
from tests.mappings.catalogs import standard, table

STEP = 0.0001


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (STRONG + STEP, Strength.STRONG),
        (STRONG, Strength.STRONG),
        (STRONG - STEP, Strength.MEDIUM),
        (MEDIUM, Strength.MEDIUM),
        (MEDIUM - STEP, Strength.SLIGHT),
        (STEP, Strength.SLIGHT),
        (0.0, Strength.NONE),
    ],
)
def test_strength_of_a_reason(weight: float, expected: Strength, sign: int) -> None:
    assert strength(Evidence("type_fits", sign * weight)) is expected


def test_choice_of_a_person_is_a_fact_whatever_its_weight() -> None:
    (reason,) = sorted_reasons((Evidence("chosen_by_person", 1.0),))
    assert (reason.strength, reason.is_fact) == (Strength.NONE, True)


def sentences(*evidence: Evidence, against_first: bool = False) -> list[str]:
    return [reason.sentence for reason in sorted_reasons(evidence, against_first=against_first)]


EVIDENCE = (
    Evidence("is_view", -4.0),
    Evidence("name_canonical", 1.0),
    Evidence("date_form_by_type", 1.0),
    Evidence("columns_fit", 4.0),
)


def test_strongest_reason_for_comes_first_and_facts_last() -> None:
    assert sentences(*EVIDENCE) == [
        "Its columns suit.",
        "The name is exactly ours.",
        "It is a view, not a table.",
        "The column's type says how dates are written.",
    ]


def test_runner_up_says_first_why_it_is_one() -> None:
    found = runner_up(Candidate("ck.K", 0.314, EVIDENCE), "ck.K", Values())
    assert (found.percent, found.reasons[0].sentence, found.is_only_weaker) == (31, "It is a view, not a table.", False)


def test_runner_up_without_a_reason_against_it_is_only_weaker() -> None:
    assert runner_up(Candidate("ck.K", 0.3, EVIDENCE[1:]), "ck.K", Values()).is_only_weaker


def test_every_reason_and_every_shape_has_words() -> None:
    assert (set(SKIPPED), set(NOT_LOOKED_AT), set(SHAPES)) == (set(Skipped), set(Skipped), set(Shape))


def profiled(column: ColumnProfile, *, whole: bool = False) -> TableProfile:
    return TableProfile("ck", "KARTEI", rows=200, whole=whole, newest="2026-10", columns=(column,))


DATES = ColumnProfile(
    "DATUM", 190, 0.05, distinct=150, shapes=((Shape.INT_DATE, 1.0),), lowest="2019-03", highest="2026-10"
)


def test_dates_are_told_with_their_months() -> None:
    assert column_values("DATUM", profiled(DATES)).facts == (
        "200 rows looked at",
        "5 % empty",
        "150 different values",
        "numbers YYYYMMDD",
        "from March 2019 to October 2026",
    )


@pytest.mark.parametrize(
    ("share", "phrase"),
    [
        (0.0, "none empty"),
        (0.004, "less than 1 % empty"),
        (0.01, "1 % empty"),
        (0.999, "99 % empty"),
        (1.0, "all empty"),
    ],
)
def test_no_share_is_rounded_to_none_or_all(share: float, phrase: str) -> None:
    assert column_values("X", profiled(ColumnProfile("X", null_share=share))).facts[1] == phrase


def test_rare_shapes_are_left_out_and_mixed_ones_say_how_often() -> None:
    shapes = ((Shape.SERVICE_CODE, 0.7), (Shape.DIGITS, 0.26), (Shape.OTHER, 0.04))
    facts = column_values("X", profiled(ColumnProfile("X", 200, distinct=1, shapes=shapes), whole=True)).facts
    assert facts == (
        "all of 200 rows looked at",
        "none empty",
        "1 different value",
        "70 % service codes",
        "26 % digits",
    )


@pytest.mark.parametrize(
    ("lowest", "highest", "phrase"),
    [
        ("1", "50000", "about 1 to 50,000"),
        ("-20", "-20", "about -20"),
        ("2019-03", "2019-03", "all of March 2019"),
        ("1e+16", "2e+16", "about 1e+16 to 2e+16"),
    ],
)
def test_bounds_are_coarse(lowest: str, highest: str, phrase: str) -> None:
    column = ColumnProfile("X", 9, distinct=9, shapes=((Shape.WHOLE, 1.0),), lowest=lowest, highest=highest)
    assert column_values("X", profiled(column)).facts[-1] == phrase


def test_codes_stand_instead_of_samples_and_bounds() -> None:
    column = ColumnProfile(
        "X", 9, distinct=2, codes=(("0", 8), ("1", 1)), lowest="0", highest="1", samples=("9",), shapes=()
    )
    values = column_values("X", profiled(column))
    assert (values.codes, values.samples, values.facts[-1]) == ((("0", 8), ("1", 1)), (), "2 different values")


def test_column_of_a_table_that_was_not_looked_at_says_why() -> None:
    skipped = TableProfile("ck", "KARTEI", skipped=Skipped.FORBIDDEN)
    values = column_values("DATUM", skipped)
    assert values == Values(not_looked_at="Not looked at: this login has no right to read the table.")


@pytest.mark.parametrize(("column", "profile"), [(None, profiled(DATES)), ("DATUM", None), ("NEW", profiled(DATES))])
def test_nothing_is_said_of_what_nobody_saw(column: str | None, profile: TableProfile | None) -> None:
    assert column_values(column, profile) == Values()


def test_table_says_how_much_of_it_was_seen() -> None:
    physical = table("KARTEI", 40_000, "ID int")
    assert table_values(physical, profiled(DATES)).facts == (
        "40,000 rows",
        "200 rows looked at",
        "newest row of October 2026",
    )
    assert table_values(physical, None).facts == ("40,000 rows",)
    view = table_values(physical, TableProfile("ck", "KARTEI", skipped=Skipped.VIEW))
    assert view.not_looked_at == "Not looked at: it is a view."


def test_tables_that_nobody_looked_at_are_counted_by_reason() -> None:
    profile = Profile(
        (
            profiled(DATES),
            TableProfile("ck", "A", skipped=Skipped.VIEW),
            TableProfile("ck", "B", skipped=Skipped.EMPTY),
            TableProfile("ck", "C", skipped=Skipped.EMPTY),
        )
    )
    found = coverage(profile, standard())
    assert (found.tables, found.skipped, found.reasons) == (9, 3, (("empty", 2), ("views", 1)))
    assert (found.seen_values, coverage(NO_PROFILE, standard()).seen_values) == (True, False)
