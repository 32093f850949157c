"""The list of people: its columns, its filter's parameters, and the heads of its file."""

from django.utils.translation import gettext_lazy

from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, folded, moment

PEOPLE = register(
    ListPage(
        name="people",
        title=gettext_lazy("People"),
        view="people:person_list",
        columns=(
            Column("username", gettext_lazy("Username"), ("username",)),
            Column("name", gettext_lazy("Name"), (folded("last_name"), folded("first_name"))),
            Column("email", gettext_lazy("E-mail address"), ("email",)),
            Column("roles", gettext_lazy("Roles")),
            Column("regions", gettext_lazy("Regions")),
            Column("second_factor", gettext_lazy("Second factor"), ("has_second_factor",)),
            moment("last_login", gettext_lazy("Last sign-in"), "last_login"),
            Column("state", gettext_lazy("Access"), ("is_active",), is_newest_first=True),
        ),
        default="username",
        target="person-table",
        parameters=("q", "role", "region", "state", "second_factor"),
    )
)


def headings() -> list[object]:
    """The first line of the file."""
    return [column.label for column in PEOPLE.columns]
