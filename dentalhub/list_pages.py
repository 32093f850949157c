"""Lists as pages: their columns, what their addresses may say, and what an address asks for.

Each app declares its lists beside the views that show them, and registers what people may keep as views of their own:

    CENTERS = register(ListPage("centers", _("Centers"), "centers:center_list", columns, default="center", ...))
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from dentalhub.list_sorting import Column, Sort, ordered, sort_of

Row = TypeVar("Row", bound=Model)
CSV = "csv"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where pressing it leads, and how the list is sorted by it now."""

    column: Column
    aria: str
    # The address that sorts by it; empty where nothing can.
    address: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list. `target` is the id of the element that htmx swaps, `parameters` are the filter's in the address.

    `unsaved` parameters stand in addresses, but in no saved view.
    """

    name: str
    title: str | Promise
    view: str
    columns: tuple[Column, ...]
    default: str
    target: str
    parameters: tuple[str, ...] = ()
    unsaved: tuple[str, ...] = ()
    tie: str = "pk"
    has_csv: bool = True

    @property
    def address(self) -> str:
        """Where the list is."""
        return reverse(self.view)

    def ordered(self, rows: QuerySet[Row], sort: Sort) -> QuerySet[Row]:
        """`rows` in the order that `sort` asks for."""
        return ordered(rows, sort, self.tie)

    def saved_query(self, text: str) -> str:
        """Of an address's query what a saved view keeps: known parameters with a value, in one order."""
        given, allowed = QueryDict(text), [name for name in self.parameters if name not in self.unsaved]
        sort = self._sort(given)
        # Kept where it was asked for: past alerts have another usual order.
        return _query(_values(given, allowed), sort, "" if sort.text == given.get("sort") else self.default)

    def full_query(self, text: str) -> str:
        """Of an address's query what this list knows, in one order."""
        given = QueryDict(text)
        return _query(_values(given, self.parameters), self._sort(given), self.default)

    def asked(self, request: HttpRequest) -> "Asked":
        """What the address of `request` asks of this list."""
        return Asked(
            self, _values(request.GET, self.parameters), self._sort(request.GET), request.GET.get("format", "")
        )

    def _sort(self, values: Mapping[str, str]) -> Sort:
        return sort_of(values.get("sort", ""), self.columns, self.default)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list: the values of its filter that are not empty, the order, and whether as a file."""

    page: ListPage
    values: dict[str, list[str]]
    sort: Sort
    format: str = ""

    @property
    def wants_csv(self) -> bool:
        """True when the list is wanted as a file."""
        return self.format == CSV

    @property
    def is_filtered(self) -> bool:
        """True when some rows may be left out."""
        return bool(self.values)

    @property
    def query(self) -> str:
        """Filter and order as they stand in an address, without a page."""
        return _query(self.values, self.sort, self.page.default)

    @property
    def saved_query(self) -> str:
        """What a saved view would keep of it."""
        return self.page.saved_query(self.query)

    @property
    def filter_query(self) -> str:
        """The filter alone."""
        return urlencode(self.values, doseq=True)

    @property
    def csv_address(self) -> str:
        """Where the same rows are as a file."""
        return f"{self.page.address}?{urlencode([*_pairs(self.query), ('format', CSV)])}"

    @property
    def sort_text(self) -> str:
        """What the filter's form sends along so that the order stays; empty for the usual one."""
        return "" if self.sort.text == self.page.default else self.sort.text

    @property
    def heads(self) -> dict[str, Head]:
        """The heads of all columns by their names."""
        return {column.name: self._head(column) for column in self.page.columns}

    def _head(self, column: Column) -> Head:
        if not column.order:
            return Head(column, "", "")
        is_sorted = column.name == self.sort.column.name
        turned = Sort(column, not self.sort.is_descending if is_sorted else column.is_newest_first)
        query = _query(self.values, turned, self.page.default)
        address = f"{self.page.address}?{query}" if query else self.page.address
        return Head(column, self.sort.aria if is_sorted else "", address)


_PAGES: dict[str, ListPage] = {}


def register(page: ListPage) -> ListPage:
    """Let people keep views of this list."""
    _PAGES[page.name] = page
    return page


def list_page(name: str) -> ListPage | None:
    """The registered list of this name."""
    return _PAGES.get(name)


def list_pages() -> tuple[ListPage, ...]:
    """All registered lists."""
    return tuple(_PAGES.values())


def _values(given: QueryDict, names: Iterable[str]) -> dict[str, list[str]]:
    found = {name: [value.strip() for value in given.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in found.items() if values}


def _query(values: Mapping[str, list[str]], sort: Sort, default: str) -> str:
    order = [] if sort.text == default else [("sort", sort.text)]
    return urlencode([*((name, value) for name, several in values.items() for value in several), *order])


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, values in QueryDict(query).lists() for value in values]
