import pytest

from centers.identifiers import literal, quote, three_part


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("KARTEI_MN", "[KARTEI_MN]"),
        ("na]me", "[na]]me]"),
        ("]; DROP TABLE x --", "[]]; DROP TABLE x --]"),
        ("Größe €", "[Größe €]"),
        ("a.b", "[a.b]"),
    ],
)
def test_quote_keeps_any_name_inside_its_brackets(name: str, quoted: str) -> None:
    assert quote(name) == quoted


@pytest.mark.parametrize("name", ["", "x" * 129, "a\0b"])
def test_quote_of_what_is_no_name_raises(name: str) -> None:
    with pytest.raises(ValueError, match="Not a name"):
        quote(name)


def test_three_part_quotes_each_part() -> None:
    assert three_part("Dental]DB", "ck", "KARTEI") == "[Dental]]DB].[ck].[KARTEI]"


def test_literal_doubles_quotes() -> None:
    assert literal("O'Hara") == "N'O''Hara'"
