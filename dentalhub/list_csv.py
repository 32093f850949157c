"""A list as a file: all rows that the filter lets through, in the order of the page, as a spreadsheet opens it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation

from dentalhub.audit import Detail, Note, record_each
from dentalhub.list_pages import Asked
from dentalhub.spreadsheet_cells import BYTE_ORDER_MARK, neutralise, quote

Row = TypeVar("Row", bound=Model)
Key = TypeVar("Key")
Found = TypeVar("Found")
# SQL Server takes at most 2,100 parameters.
_ROWS_AT_ONCE = 500
# Parameters of an address that may be what somebody is called.
_TEXTS = frozenset({"q", "text"})


def csv_answer(
    request: HttpRequest, asked: Asked, headings: Sequence[object], lines: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The list as a download; the audit trail says first who took it, with the filter but for what was searched.

    With semicolons and a byte order mark in German, as spreadsheets there expect it, else with commas.
    """
    if request.method == "GET":
        details: dict[str, Detail] = {
            name: ", ".join(values) for name, values in asked.values.items() if name not in _TEXTS
        }
        details |= {"has_text": any(name in _TEXTS for name in asked.values)}
        record_each(cast("User", request.user), [Note("list.exported", f"list:{asked.page.name}", details)])
    language = translation.get_language() or "en"
    pieces = _pieces(language, (str(heading) for heading in headings), lines)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = f"{asked.page.name}-{timezone.localdate()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def rows_of(rows: QuerySet[Row]) -> Iterator[Row]:
    """All of `rows` in their order, some hundred at a time; a row that changes meanwhile comes once all the same."""
    plain: QuerySet[Any] = rows.select_related(None).prefetch_related(None)
    keys = list(plain.values_list("pk", flat=True))

    def fetch(some: list[int]) -> list[Row]:
        found = {row.pk: row for row in rows.order_by().filter(pk__in=some)}
        return [found[key] for key in some if key in found]

    return in_pieces(keys, fetch)


def in_pieces(keys: Iterable[Key], fetch: Callable[[list[Key]], Iterable[Found]]) -> Iterator[Found]:
    """What `fetch` makes of `keys`, which it gets in pieces."""
    waiting = iter(keys)
    while some := list(islice(waiting, _ROWS_AT_ONCE)):
        yield from fetch(some)


def _pieces(language: str, headings: Iterable[str], lines: Iterable[Sequence[object]]) -> Iterator[bytes]:
    is_german = language.startswith("de")
    delimiter, mark = (";", BYTE_ORDER_MARK) if is_german else (",", "")
    yield f"{mark}{delimiter.join(quote(heading, delimiter) for heading in headings)}\r\n".encode()
    waiting = iter(lines)
    while True:
        # The request is over when the rows are asked for, and its language with it.
        with translation.override(language):
            text = "".join(_line(line, delimiter) for line in islice(waiting, _ROWS_AT_ONCE))
        if not text:
            return
        yield text.encode()


def _line(line: Sequence[object], delimiter: str) -> str:
    return delimiter.join(quote(neutralise(_text(value)), delimiter) for value in line) + "\r\n"


def _text(value: object) -> str:
    """As files have it: dates in ISO form, times to the second in local time, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else str(value)
