"""What the page tells a reviewer to look at first."""

from mappings.document import Candidate, Evidence, FieldMapping, MappingDocument, TableMapping
from mappings.enums import ReviewPolicy
from mappings.review_order import Urgency, certain_ones, doubts
from mappings.review_rows import Source, table_rows
from tests.mappings.catalogs import standard
from tests.mappings.plain_mappings import plain_mapping

FLAG = (Evidence("quality_constant", 0.0),)


def document(*tables: TableMapping) -> MappingDocument:
    """The plain mapping with some tables exchanged."""
    given = {table.name: table for table in tables}
    return MappingDocument(tuple(given.get(table.name, table) for table in plain_mapping().tables))


def kartei(confidence: float = 0.96, **fields: FieldMapping) -> TableMapping:
    """KARTEI with some fields exchanged, the others certain."""
    names = ("ID", "PATNR", "DATUM", "BEMERKUNG", "DELKZ")
    return TableMapping(
        "KARTEI",
        "ck",
        "KARTEI",
        tuple(fields.get(name, FieldMapping(name, name, 0.96)) for name in names),
        confidence=confidence,
    )


def found(policy: ReviewPolicy | None, *tables: TableMapping) -> list[tuple[str, Urgency]]:
    rows = table_rows(document(*tables), Source(standard(), policy=policy))
    return [(doubt.key, doubt.urgency) for doubt in doubts(rows)]


def test_open_ones_come_before_unsure_ones_before_flagged_ones() -> None:
    assert found(
        ReviewPolicy.STANDARD,
        kartei(
            ID=FieldMapping("ID", "ID", 0.7),
            DATUM=FieldMapping("DATUM", "DATUM", 0.6),
            BEMERKUNG=FieldMapping("BEMERKUNG", "BEMERKUNG", 0.99, flags=FLAG),
            DELKZ=FieldMapping("DELKZ"),
        ),
        TableMapping("PATKASSE"),
    ) == [
        ("PATKASSE", Urgency.OPEN),
        ("KARTEI.DELKZ", Urgency.OPEN),
        ("KARTEI.DATUM", Urgency.UNSURE),
        ("KARTEI.ID", Urgency.UNSURE),
        ("KARTEI.BEMERKUNG", Urgency.FLAGGED),
    ]


def test_table_in_doubt_stands_for_its_fields_that_are_no_worse() -> None:
    unsure = kartei(0.6, ID=FieldMapping("ID", "ID", 0.6), DATUM=FieldMapping("DATUM"))
    assert found(ReviewPolicy.STANDARD, unsure) == [("KARTEI.DATUM", Urgency.OPEN), ("KARTEI", Urgency.UNSURE)]


def test_flag_that_the_policy_does_not_mind_is_not_listed() -> None:
    flagged = kartei(ID=FieldMapping("ID", "ID", 0.96, flags=FLAG))
    assert found(ReviewPolicy.STANDARD, flagged) == [("KARTEI.ID", Urgency.FLAGGED)]
    assert found(ReviewPolicy.PERMISSIVE, flagged) == []


def test_decided_version_has_nothing_to_look_at() -> None:
    assert found(None, kartei(0.6), TableMapping("PATKASSE")) == []


def test_certain_fields_are_counted_instead_of_listed() -> None:
    rows = {
        policy: table_rows(document(), Source(standard(), policy=policy))
        for policy in (ReviewPolicy.CONSERVATIVE, ReviewPolicy.STANDARD)
    }
    assert {policy: doubts(found) for policy, found in rows.items()} == dict.fromkeys(rows, ())
    assert [certain_ones(found) for found in rows.values()] == [22, 10]


def test_what_needs_no_look_is_folded_away_and_what_is_unsure_is_open() -> None:
    table = kartei(
        ID=FieldMapping("ID", "ID", 0.96),
        DATUM=FieldMapping("DATUM", "DATUM", 0.96),
        DELKZ=FieldMapping("DELKZ", "DELKZ", 0.89, candidates=(Candidate("BEMERKUNG_2", 0.3),)),
    )
    row = next(
        row
        for row in table_rows(document(table), Source(standard(), policy=ReviewPolicy.STANDARD))
        if row.name == "KARTEI"
    )
    assert {field.label: (str(field.why.standing), field.why.is_expanded) for field in row.fields} == {
        "ID": ("accepted", False),
        "PATNR": ("review", False),
        "DATUM": ("review", False),
        "BEMERKUNG": ("review", False),
        "DELKZ": ("review", True),
    }
