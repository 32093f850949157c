"""The end marker proves that every row arrived."""

from typing import Any

import pytest

from centers.connection import ResultSet
from centers.exceptions import SourceError, SourceErrorKind
from extraction.adapters.ivoris import verified
from extraction.query import END_MARKER, SourceQuery
from extraction.rows import SourceRows

QUERY = SourceQuery("", (), ("entries", "services", "insurances"))
ENTRIES, SERVICES, LINKS = (
    [(1, 7, 20261120, "x"), (2, 7, 20261120, "y")],
    [(7, 20261120, "01", 1)],
    [(7, 1, 5, 5, "P", "D")],
)


def _results(*marker: Any, entries: list[tuple[Any, ...]] = ENTRIES) -> list[ResultSet]:
    return [
        ResultSet((), entries),
        ResultSet((), SERVICES),
        ResultSet((), LINKS),
        ResultSet(("entries", "services", "insurances", "undated", "marker"), [marker]),
    ]


def test_complete_answer() -> None:
    assert verified(QUERY, _results(2, 1, 1, 4, END_MARKER)) == SourceRows(ENTRIES, SERVICES, LINKS, 4)


def test_parts_that_the_source_lacks_are_empty() -> None:
    query = SourceQuery("", (), ("entries",))
    results = [ResultSet((), ENTRIES), ResultSet((), [(2, 0, 0, 0, END_MARKER)])]
    assert verified(query, results) == SourceRows(ENTRIES, (), (), 0)


@pytest.mark.parametrize(
    "results",
    [
        [],
        _results(2, 1, 1, 4, END_MARKER)[:3],
        _results(3, 1, 1, 4, END_MARKER),
        _results(2, 2, 1, 4, END_MARKER),
        _results(2, 1, 0, 4, END_MARKER),
        _results(2, 1, 1, 4, "something else"),
        _results(2, 1, 1, 4, END_MARKER, entries=ENTRIES[:1]),
        [*_results(2, 1, 1, 4, END_MARKER)[:3], ResultSet((), [])],
        [*_results(2, 1, 1, 4, END_MARKER), ResultSet((), [])],
    ],
)
def test_incomplete_answer_is_an_error(results: list[ResultSet]) -> None:
    with pytest.raises(SourceError) as caught:
        verified(QUERY, results)
    assert caught.value.kind is SourceErrorKind.INCOMPLETE
    assert caught.value.transient
