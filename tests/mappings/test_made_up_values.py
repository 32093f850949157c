import pytest

from mappings.made_up_values import made_up_share


@pytest.mark.parametrize(
    "value", ["test", "TEST 2", "Testpatient", "asdf", "xxx", "Mustermann", "Max Mustermann", "Dummy", "Beispielkasse"]
)
def test_made_up_value_is_seen(value: str) -> None:
    assert made_up_share([value]) == 1.0


@pytest.mark.parametrize("value", ["Protest", "AOK Bayern", "Vitalitätsprobe", "xx", "Barmer", "Demmler", "Ä1"])
def test_usual_value_is_not_made_up(value: str) -> None:
    assert made_up_share([value]) == 0.0


def test_only_texts_count() -> None:
    assert made_up_share(["test", "Müller", "", "  ", None, 1, 20260102]) == 0.5


def test_long_text_about_a_test_is_not_made_up() -> None:
    assert made_up_share(["Der Vitalitätstest an Zahn 11 war positiv, ein zweiter Test an Zahn 12 nicht."]) == 0.0


def test_nothing_is_not_made_up() -> None:
    assert made_up_share([]) == 0.0


@pytest.mark.parametrize("value", ["Teſt", "nıemand", "NİEMAND"])
def test_odd_case_hides_no_made_up_value(value: str) -> None:
    assert made_up_share(["Müller", value]) == 0.5
