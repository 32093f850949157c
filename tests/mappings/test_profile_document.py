import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centers.samples import Skipped
from mappings.profile import NO_PROFILE, ColumnProfile, Profile, Reference, Shape, TableProfile
from mappings.profile_document import from_document, to_document

COUNTS = st.integers(0, 10**9)
SHARES = st.floats(0, 1)
NAMES = st.text(max_size=128)
SHORT = st.text(max_size=24)


def few(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.tuples(*parts), max_size=3).map(tuple)


COLUMNS = st.builds(
    ColumnProfile,
    name=NAMES,
    values=COUNTS,
    null_share=SHARES,
    filled_first=SHARES,
    filled_last=SHARES,
    distinct=COUNTS,
    mean_length=st.floats(0, 1e6),
    shapes=few(st.sampled_from(Shape), SHARES),
    codes=few(SHORT, COUNTS),
    lowest=SHORT,
    highest=SHORT,
    last_filled=SHORT,
    samples=st.lists(SHORT, max_size=3).map(tuple),
    references=st.lists(st.builds(Reference, NAMES, NAMES, NAMES, SHARES, SHARES), max_size=3).map(tuple),
)
TABLES = st.builds(
    TableProfile,
    schema=NAMES,
    name=NAMES,
    rows=COUNTS,
    whole=st.booleans(),
    newest=SHORT,
    skipped=st.none() | st.sampled_from(Skipped),
    columns=st.lists(COLUMNS, max_size=4).map(tuple),
)


@given(st.lists(TABLES, max_size=4).map(tuple))
def test_profile_survives_being_stored(tables: tuple[TableProfile, ...]) -> None:
    profile = Profile(tables)
    assert from_document(json.loads(json.dumps(to_document(profile)))) == profile


@pytest.mark.parametrize("document", [{}, {"version": 0, "tables": [{"schema": "ck"}]}, {"tables": []}])
def test_empty_or_old_content_is_no_profile(document: dict[str, Any]) -> None:
    assert from_document(document) == NO_PROFILE


def test_what_says_nothing_is_left_out() -> None:
    table = TableProfile("ck", "KARTEI", rows=50, columns=(ColumnProfile("ID", values=50, distinct=50),))
    assert to_document(Profile((table, TableProfile("ck", "LEER", skipped=Skipped.EMPTY)))) == {
        "version": 1,
        "tables": [
            {
                "schema": "ck",
                "name": "KARTEI",
                "rows": 50,
                "columns": [{"name": "ID", "values": 50, "distinct": 50}],
            },
            {"schema": "ck", "name": "LEER", "skipped": "empty"},
        ],
    }


def test_no_profile_is_stored_as_nothing() -> None:
    assert to_document(NO_PROFILE) == {}
