"""By which columns a list can be sorted, and what `sort=` in an address means. *Pure* but for the ORM's expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

from django.db.models import Case, Expression, F, Func, Model, QuerySet, Value
from django.db.models.functions import Lower, Replace
from django.utils.functional import Promise

Row = TypeVar("Row", bound=Model)
Order = str | Func | Case
# Databases order umlauts behind z, and SQLite makes no small letters of them.
_SPELLED_OUT = {"ä": "ae", "Ä": "ae", "ö": "oe", "Ö": "oe", "ü": "ue", "Ü": "ue", "ß": "ss"}
_NUMBER = "num"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its head shows it; `order` is what the rows are ordered by, nothing where they cannot be.

    A name in it that begins with a minus goes against the direction of the others.
    `is_newest_first`: the first press on its head sorts descending.
    """

    name: str
    label: str | Promise
    order: tuple[Order, ...] = ()
    kind: str = ""
    is_newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """One column and its direction."""

    column: Column
    is_descending: bool = False

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"-{self.column.name}" if self.is_descending else self.column.name

    @property
    def aria(self) -> str:
        """The value of `aria-sort`."""
        return "descending" if self.is_descending else "ascending"


def number(name: str, label: str | Promise, *order: Order) -> Column:
    """A column of numbers: the largest first."""
    return Column(name, label, order, _NUMBER, is_newest_first=bool(order))


def moment(name: str, label: str | Promise, *order: Order) -> Column:
    """A column of dates or times: the latest first."""
    return Column(name, label, order, is_newest_first=True)


def folded(field: str) -> Func:
    """The text in `field` as people sort it: capitals like small letters, ä like ae."""
    plain: Expression = Lower(field)
    made = reduce(lambda text, pair: Replace(text, Value(pair[0]), Value(pair[1])), _SPELLED_OUT.items(), plain)
    assert isinstance(made, Func)  # noqa: S101 for the type checker
    return made


def sort_of(text: str, columns: Sequence[Column], default: str) -> Sort:
    """What `text` asks for, else `default`; a name that nobody knows is no error."""
    known = {column.name: column for column in columns if column.order}
    for wanted in (text, default):
        if column := known.get(wanted.removeprefix("-")):
            return Sort(column, wanted.startswith("-"))
    raise LookupError(default)


def ordered(rows: QuerySet[Row], sort: Sort, tie: str = "pk") -> QuerySet[Row]:
    """`rows` in the order of `sort`; `tie` is unique, so that every page has its rows and no others."""
    # SQL Server takes no column twice.
    parts: list[Order] = [*sort.column.order] if tie in sort.column.order else [*sort.column.order, tie]
    return rows.order_by(*(_directed(part, sort.is_descending) for part in parts))


def _directed(part: Order, is_descending: bool) -> Any:
    if isinstance(part, str):
        is_descending ^= part.startswith("-")
    expression: Any = F(part.removeprefix("-")) if isinstance(part, str) else part
    return expression.desc() if is_descending else expression.asc()
