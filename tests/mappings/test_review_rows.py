import pytest
from django.utils.translation import override

from centers.catalog import Catalog
from mappings.decisions import CHOSEN
from mappings.document import DeleteFlag, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import ReviewPolicy
from mappings.policy import Standing
from mappings.profile import ColumnProfile, Profile, Shape, TableProfile
from mappings.review_choices import alive_when, table_options
from mappings.review_rows import FieldRow, Source, TableRow, table_rows
from tests.mappings.catalogs import standard

NAMES = FieldMapping("NAME", "NAME", 1.0, CHOSEN)
FLAG = FieldMapping("DELKZ", "DELKZ", 1.0)


def insurers(*fields: FieldMapping, flag: DeleteFlag | None = None) -> TableMapping:
    return TableMapping("KASSEN", "ck", "KASSEN", fields, delete_flag=flag, confidence=0.99)


def row_of(name: str, mapped: TableMapping, source: Source) -> TableRow:
    return next(row for row in table_rows(MappingDocument((mapped,)), source) if row.name == name)


def field_of(mapped: TableMapping, source: Source, label: str) -> FieldRow:
    return next(field for field in row_of(mapped.name, mapped, source).fields if field.label == label)


def source_with(policy: ReviewPolicy | None, *columns: ColumnProfile) -> Source:
    profile = Profile((TableProfile("ck", "KASSEN", rows=100, columns=columns),))
    return Source(standard(), profile, policy)


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        (DeleteFlag(("0",), True), "A row is alive when its flag is 0 or empty (NULL); else it is deleted."),
        (DeleteFlag(("N", "F"), True), "A row is alive when its flag is N or F or empty (NULL); else it is deleted."),
        (
            DeleteFlag(("1",), False),
            "A row is alive when its flag is 1; else, also when it is empty (NULL), it is deleted.",
        ),
        (DeleteFlag((), True), "A row is alive while its flag is empty (NULL); with any value it is deleted."),
        (DeleteFlag((), False), "No value of the flag means alive: every row counts as deleted."),
        (None, "What the delete flag means is not decided."),
    ],
)
def test_delete_flag_is_told_in_words(flag: DeleteFlag | None, sentence: str) -> None:
    with override("en"):
        assert alive_when(insurers(FLAG, flag=flag)) == sentence


def test_table_without_a_delete_flag_says_so() -> None:
    with override("en"):
        assert alive_when(insurers(NAMES)) == "There is no delete flag: every row counts as alive."
        assert alive_when(TableMapping("KASSEN")) == ""


@pytest.mark.parametrize(("language", "label"), [("en", "ck.KARTEI (40,000)"), ("de", "ck.KARTEI (40.000)")])
def test_rows_of_a_table_are_counted_as_the_language_writes_numbers(language: str, label: str) -> None:
    with override(language):
        options = table_options(TableMapping("KARTEI", "ck", "KARTEI"), standard())
    assert next(option.label for option in options.likely if option.selected) == label


def test_column_that_a_person_chose_is_flagged_too() -> None:
    source = source_with(ReviewPolicy.STANDARD, ColumnProfile("NAME", values=5, null_share=0.95, distinct=5))
    why = field_of(insurers(NAMES), source, "NAME").why
    assert [flag.label for flag in why.flags] == ["mostly empty"]
    assert why.standing is Standing.REVIEW


def test_flags_of_the_proposal_are_shown_as_they_were() -> None:
    stored = FieldMapping("NAME", "NAME", 0.99, flags=(Evidence("quality_constant", 0.0),))
    source = source_with(ReviewPolicy.STANDARD, ColumnProfile("NAME", values=5, null_share=0.95, distinct=5))
    assert [flag.label for flag in field_of(insurers(stored), source, "NAME").why.flags] == ["always the same"]


def test_policy_asks_nothing_of_a_decided_version() -> None:
    why = field_of(insurers(NAMES), source_with(None), "NAME").why
    assert (why.standing, why.is_expanded) == (None, False)


@pytest.mark.parametrize(
    ("policy", "standing"),
    [
        (ReviewPolicy.CONSERVATIVE, Standing.REVIEW),
        (ReviewPolicy.STANDARD, Standing.ACCEPTED),
        (ReviewPolicy.PERMISSIVE, Standing.ACCEPTED),
    ],
)
def test_policy_decides_what_needs_a_look(policy: ReviewPolicy, standing: Standing) -> None:
    assert field_of(insurers(NAMES), source_with(policy), "NAME").why.standing is standing


def test_critical_field_needs_a_look_under_every_policy() -> None:
    kind = FieldMapping("ART", "ART", 1.0)
    assert field_of(insurers(kind), source_with(ReviewPolicy.PERMISSIVE), "ART").why.standing is Standing.REVIEW


def test_missing_table_says_what_lacks_without_it() -> None:
    row = row_of("KARTEI", TableMapping("KARTEI"), Source(Catalog("DentalDB", ())))
    assert (row.physical, row.absence) == ("", "Without it nothing can be extracted from this center.")
    assert row_of("KASSEN", insurers(NAMES), Source(standard())).absence == ""


def test_values_of_a_column_are_told_in_short() -> None:
    column = ColumnProfile("NAME", 90, 0.1, distinct=12, shapes=((Shape.INSURER_NAME, 1.0),), samples=("AAA Aaaaaa",))
    values = field_of(insurers(NAMES), source_with(None, column), "NAME").why.values
    assert values.facts == ("100 rows looked at", "10 % empty", "12 different values", "names of insurers")
    assert values.samples == ("AAA Aaaaaa",)
