import pytest
from django.contrib.auth.models import User

from dentalhub.list_sorting import Column, Sort, folded, moment, number, ordered, sort_of

NAME = Column("name", "Name", ("username",))
COLUMNS = (NAME, moment("joined", "Joined", "date_joined"), Column("roles", "Roles"), number("key", "Key", "pk"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name", "name"),
        ("-name", "-name"),
        ("joined", "joined"),
        # Unknown, not to be sorted by, or no name at all: the usual order, and no error.
        ("", "-joined"),
        ("password", "-joined"),
        ("roles", "-joined"),
        ("--name", "-joined"),
        ("name; DROP", "-joined"),
        ("\0", "-joined"),
    ],
)
def test_sort_of_an_address(text: str, found: str) -> None:
    assert sort_of(text, COLUMNS, "-joined").text == found


def test_default_that_no_column_has_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        sort_of("", COLUMNS, "missing")


def test_rows_with_equal_values_are_ordered_by_their_keys(db: None) -> None:
    people = [User.objects.create(username=f"p{number}", last_name="Same") for number in range(4)]
    same = Column("last", "Last", ("last_name",))
    assert list(ordered(User.objects.all(), Sort(same))) == people
    assert list(ordered(User.objects.all(), Sort(same, is_descending=True))) == people[::-1]


def test_column_of_the_key_names_it_once(db: None) -> None:
    # SQL Server refuses a column that the order names twice.
    assert str(ordered(User.objects.all(), Sort(COLUMNS[3])).query).count('"auth_user"."id"') == 2


def test_minus_goes_against_the_direction(db: None) -> None:
    old, new = (User.objects.create(username=name, last_name="Same", first_name=name) for name in ("a", "b"))
    column = Column("last", "Last", ("last_name", "-first_name"))
    assert list(ordered(User.objects.all(), Sort(column))) == [new, old]
    assert list(ordered(User.objects.all(), Sort(column, is_descending=True))) == [old, new]


def test_umlauts_are_ordered_as_people_expect(db: None) -> None:
    for name in ("Zander", "ärzte", "Ahlen", "Öhler", "Oertel", "Berg", "Ähnlich"):
        User.objects.create(username=name, last_name=name)
    found = ordered(User.objects.all(), Sort(Column("last", "Last", (folded("last_name"),))))
    names = list(found.values_list("last_name", flat=True))
    assert names == ["Ähnlich", "ärzte", "Ahlen", "Berg", "Öhler", "Oertel", "Zander"]
