"""Which rows came, went and changed between two readings."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.row_changes import Content, RowChanges, compare

A, B, C = ("1", "7", "Füllung"), ("2", "8", "PZR"), ("3", "9", "")
contents = st.lists(st.tuples(st.sampled_from("1234"), st.sampled_from(["x", "y", ""])), max_size=8)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], RowChanges()),
        ([A, B], [B, A], RowChanges()),
        ([], [A, B], RowChanges(added=2)),
        ([A, B], [], RowChanges(removed=2)),
        ([A, B], [A, ("2", "8", "PZR, UZR")], RowChanges(changed=1)),
        ([A, B], [B, C], RowChanges(added=1, removed=1)),
        # Another patient under the same row id is a changed row, not two rows.
        ([A], [("1", "8", "Füllung")], RowChanges(changed=1)),
        # A source whose id is not unique: each row counts.
        ([A, A], [A], RowChanges(removed=1)),
        ([A, A], [A, ("1", "7", "x"), ("1", "7", "y")], RowChanges(added=1, changed=1)),
    ],
)
def test_rows_are_compared_by_id_and_content(before: list[Content], after: list[Content], expected: RowChanges) -> None:
    assert compare(before, after) == expected


@given(contents, contents)
def test_counts_add_up(before: list[Content], after: list[Content]) -> None:
    found = compare(before, after)
    assert len(before) + found.added - found.removed == len(after)
    assert bool(found) == (Counter(before) != Counter(after))
    assert compare(after, before) == RowChanges(found.removed, found.added, found.changed)


def test_sum_and_truth() -> None:
    assert RowChanges(1, 2, 3) + RowChanges(10, 0, 1) == RowChanges(11, 2, 4)
    assert not RowChanges()
    assert RowChanges(changed=1)
