import pytest

from centers.selection import UnknownCenterError, centers_by_id, close_names
from tests.centers.makers import make_center

pytestmark = pytest.mark.django_db


def test_centers_by_id_keeps_the_order_and_drops_doubles() -> None:
    for center_id in ("center_01", "center_02", "center_03"):
        make_center(center_id)
    assert [center.center_id for center in centers_by_id(["center_03", "center_01", "center_03"])] == [
        "center_03",
        "center_01",
    ]


def test_centers_by_id_of_an_unknown_one_lists_close_names() -> None:
    make_center("center_31")
    make_center("praxis_wien")
    with pytest.raises(UnknownCenterError) as caught:
        centers_by_id(["centre_31"])
    assert (caught.value.center_id, caught.value.suggestions) == ("centre_31", ("center_31",))
    assert str(caught.value) == "There is no center centre_31. Close names: center_31."


def test_centers_by_id_of_something_unlike_all_lists_none() -> None:
    make_center("center_31")
    with pytest.raises(UnknownCenterError, match=r"^There is no center zzz\.$"):
        centers_by_id(["zzz"])


def test_close_names_are_best_first_and_few() -> None:
    for number in range(1, 10):
        make_center(f"center_0{number}")
    names = close_names("center_5")
    assert names[0] == "center_05"
    assert len(names) == 5
