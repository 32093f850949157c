import pytest

from dentalhub.spellings import spellings


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Mueller", "Müller"),
        ("müller", "mueller"),
        ("Müller", "MÜLLER"),
        ("aerzte", "Ärzte"),
        ("Strasse", "Straße"),
        ("straße", "strasse"),
        ("Muessen", "müssen"),
        ("plain", "Plain"),
    ],
)
def test_typed_text_finds_the_other_spelling(typed: str, stored: str) -> None:
    # What a database does that knows capitals of ASCII letters only.
    def ascii_lower(text: str) -> str:
        return "".join(letter.lower() if letter.isascii() else letter for letter in text)

    assert any(ascii_lower(spelling) in ascii_lower(stored) for spelling in spellings(typed))


def test_text_without_umlauts_has_few_spellings() -> None:
    assert spellings("anna") == ("anna",)
    assert len(spellings("Größe aus Müßen")) == 6
