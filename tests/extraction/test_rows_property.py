"""The quick way through the rows says what the plain one says, whatever the columns hold."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extraction.entry_content import JsonTexts
from extraction.rows import SourceRow, SourceRows, assemble, checksum
from extraction.source_columns import converted, places_by_rank, ranks, texts_of
from extraction.source_ids import as_text, order
from mappings.enums import DateFormat, PatientIdForm
from tests.extraction.plain_rows import plain_assemble, plain_checksum

FIRST, LAST = dt.date(2026, 11, 19), dt.date(2026, 11, 21)
DATE_FORMS = list(DateFormat)

whole = st.sampled_from([0, 1, 2, 7, 9, 10, 12, 100, -3, 2**40])
decimals = st.sampled_from([Decimal(text) for text in ("1", "1.0", "1.50", "1.5", "2", "12", "-0", "1E+2")])
floats = st.sampled_from([0.0, -0.0, 1.0, 1.5, 12.0, 1e15])
words = st.sampled_from(["1", "01", "1 ", " 1", "12.0", "PAT-7", "PAT-7  ", "", "ä", "\ud83d", "1\x00"])
others = st.sampled_from([True, False, uuid.UUID(int=10), b"1"])
anything = st.one_of(st.none(), whole, decimals, floats, words, others)
kinds = [whole, decimals, floats, words, anything, *(st.one_of(st.none(), kind) for kind in (whole, decimals, words))]

compact = ["20261119", "20261120", "20261121", "20261122", "20240231", "0", ""]
# Two zones on one moment: equal, and still of two days.
moments = [dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)]
moments.append(moments[0].astimezone(dt.timezone(dt.timedelta(hours=1))))
date_kinds: list[st.SearchStrategy[Any]] = [
    st.sampled_from([int(text or 0) for text in compact]),
    st.sampled_from([Decimal(text or 0) for text in compact]),
    st.sampled_from(compact),
    st.sampled_from([f"{text}  " for text in compact]),
    st.sampled_from(["19.11.2026", "20.11.2026", "31.02.2024", "20.11.26", "19.11.26"]),
    st.sampled_from(["2026-11-19", "2026-11-20", "2026-11-20 ", "2026-02-30"]),
    st.sampled_from([1_795_132_800, 1_795_132_800.5, 1_795_219_200, 0, True]),
    st.dates(FIRST, LAST),
    st.sampled_from(moments),
]
date_kinds += [st.one_of(st.none(), kind) for kind in date_kinds]
date_kinds.append(st.one_of(date_kinds))


@st.composite
def tables(draw: st.DrawFn, *columns: list[st.SearchStrategy[Any]]) -> list[SourceRow]:
    """Rows, each column of one of its kinds."""
    chosen = [draw(st.sampled_from(kinds_of_column)) for kinds_of_column in columns]
    return draw(st.lists(st.tuples(*chosen), max_size=12))


texts = [st.text(max_size=5), st.one_of(st.none(), st.text(max_size=5)), anything]
sources = st.builds(
    SourceRows,
    entries=tables(kinds, kinds, date_kinds, texts),
    services=tables(kinds, date_kinds, kinds, kinds),
    insurances=tables(kinds, kinds, kinds, [st.sampled_from([None, 5])], kinds, texts),
    undated=st.integers(0, 3),
)


@given(
    sources,
    st.sampled_from(DATE_FORMS),
    st.sampled_from(DATE_FORMS),
    st.dictionaries(st.sampled_from(["P", " 1", "pat-7", "12"]), st.sampled_from(["PKV", "GKV", "Selbstzahler"])),
    st.one_of(st.none(), st.sampled_from(PatientIdForm)),
)
def test_quick_equals_plain(
    source: SourceRows,
    entry_dates: DateFormat,
    service_dates: DateFormat,
    insurance_codes: dict[str, str],
    patient_ids: PatientIdForm | None,
) -> None:
    arguments: dict[str, Any] = {
        "entry_dates": entry_dates,
        "service_dates": service_dates,
        # None and no codes at all mean the usual ones, which the plain way does not know.
        "insurance_codes": insurance_codes or {"P": "PKV"},
        "patient_ids": patient_ids,
    }
    quick, plain = assemble(source, FIRST, LAST, **arguments), plain_assemble(source, FIRST, LAST, **arguments)
    assert quick == plain
    assert [checksum(rows) for rows in quick.slices] == [plain_checksum(rows) for rows in plain.slices]


@given(st.sampled_from(kinds).flatmap(lambda kind: st.lists(kind, max_size=12)))
def test_columns_equal_their_values_one_by_one(values: list[Any]) -> None:
    # With the type, for 1 and True are equal.
    assert converted(values, lambda value: (type(value), as_text(value))) == [(type(v), as_text(v)) for v in values]
    assert texts_of(values) == [as_text(value) for value in values]
    backwards = list(reversed(range(len(values))))
    assert places_by_rank(values, backwards) == sorted(backwards, key=lambda place: order(values[place]))
    keys, plain = ranks(values), [order(value) for value in values]
    for one in range(len(values)):
        for other in range(len(values)):
            assert (keys[one] < keys[other]) == (plain[one] < plain[other])


@given(st.lists(st.lists(st.text(max_size=4), max_size=4), max_size=5))
def test_codes_are_written_as_json_writes_them(lists: list[list[str]]) -> None:
    json_texts = JsonTexts()
    assert [json_texts.of(codes) for codes in lists] == [json.dumps(codes, ensure_ascii=False) for codes in lists]
