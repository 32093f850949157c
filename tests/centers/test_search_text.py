import pytest

from centers.search_text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "mueller"),
        ("MUELLER", "mueller"),
        ("Weiß", "weiss"),
        ("Ärzte  am\tSee", "aerzte am see"),
        ("Café Genève", "cafe geneve"),
        ("Mu\u0308ller", "mueller"),
    ],
)
def test_fold_spells_umlauts_out(text: str, folded: str) -> None:
    assert fold(text) == folded
