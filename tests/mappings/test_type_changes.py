import pytest

from centers.catalog import Column
from mappings.enums import DateFormat
from mappings.type_changes import breaks, date_form_fits, described, same_type


def column(text: str) -> Column:
    """From "TYPE[:LENGTH]"."""
    data_type, _, length = text.partition(":")
    return Column("X", data_type, int(length) if length else None, True, 1)


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("name", "nvarchar:100", "nvarchar:200", False),
        ("name", "nvarchar:100", "varchar:60", False),
        ("name", "nvarchar:100", "varchar:5", True),
        ("name", "nvarchar:100", "int", True),
        ("text", "nvarchar:-1", "ntext", False),
        ("text", "nvarchar:-1", "nvarchar:20", True),
        ("text", "nvarchar:-1", "xml", True),
        ("code", "varchar:2", "char:1", False),
        ("code", "varchar:2", "int", True),
        ("code", "varchar:10", "nvarchar:-1", False),
        ("code", "varchar:10", "ntext", True),
        ("name", "varchar:100", "ntext", False),
        ("reference", "varchar:10", "text", True),
        ("key", "int", "bigint", False),
        ("key", "int", "decimal", True),
        ("reference", "int", "varchar:20", True),
        ("reference", "varchar:20", "varchar:40", False),
        ("flag", "bit", "tinyint", False),
        ("flag", "int", "bit", False),
        ("flag", "int", "char:1", True),
        ("flag", "char:1", "bit", True),
        ("flag", "datetime", "datetime2", False),
        ("flag", "datetime", "bit", True),
    ],
)
def test_type_change_breaks_what_no_longer_reads_alike(kind: str, old: str, new: str, expected: bool) -> None:
    assert breaks(kind, None, column(old), column(new)) is expected


@pytest.mark.parametrize(
    ("form", "old", "new", "expected"),
    [
        (DateFormat.INT, "int", "date", True),
        (DateFormat.INT, "int", "bigint", False),
        (DateFormat.INT, "int", "varchar:8", True),
        (DateFormat.EPOCH, "bigint", "int", False),
        (DateFormat.DATE, "date", "datetime", True),
        (DateFormat.DATETIME, "datetime", "datetime2", False),
        (DateFormat.TEXT, "char:8", "varchar:10", False),
        (DateFormat.GERMAN, "varchar:10", "char:10", False),
        (DateFormat.GERMAN, "varchar:10", "varchar:8", True),
        (DateFormat.GERMAN_SHORT, "varchar:8", "varchar:10", False),
        (DateFormat.ISO, "varchar:10", "date", True),
        (None, "int", "bigint", True),
    ],
)
def test_date_breaks_when_its_form_no_longer_fits(form: DateFormat | None, old: str, new: str, expected: bool) -> None:
    assert breaks("date", form, column(old), column(new)) is expected


@pytest.mark.parametrize("form", DateFormat)
def test_every_date_form_has_a_type_that_it_fits(form: DateFormat) -> None:
    types = [column(text) for text in ("int", "bigint", "date", "datetime", "varchar:8", "varchar:10")]
    assert any(date_form_fits(form, item) for item in types)
    assert not all(date_form_fits(form, item) for item in types)


def test_same_type_breaks_nothing_whatever_the_case() -> None:
    assert same_type(column("INT"), column("int"))
    assert not breaks("date", None, column("INT"), column("int"))


@pytest.mark.parametrize(
    ("text", "shown"), [("int", "int"), ("nvarchar:-1", "nvarchar(max)"), ("varchar:8", "varchar(8)")]
)
def test_type_is_described_as_people_write_it(text: str, shown: str) -> None:
    assert described(column(text)) == shown
