"""Makes the profile of a source from sampled rows. *Pure* and deterministic.

Raw values come in and never leave: what goes out are shares, shapes, coarse bounds, masked samples, short repeated
codes, and which columns' values are found in which keys.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from centers.catalog import Catalog, Column, Table
from centers.samples import Samples, Skipped, TableSample
from mappings.made_up_values import made_up_share
from mappings.masking import bounds, codes_of, masked, month_of
from mappings.profile import ColumnProfile, Profile, Reference, Shape, TableProfile
from mappings.value_references import KeyColumn, Place, references
from mappings.value_shapes import DATE_SHAPES, day_meant, shapes_of

_SAMPLES = 3
_MASKED = 8
_MOSTLY = 0.7


def profile_of(catalog: Catalog, samples: Samples) -> Profile:
    """The profile of `catalog`; tables that `samples` does not hold are marked as not looked at."""
    sampled = [(table, samples.of(table.schema, table.name)) for table in catalog.tables]
    columns = [_columns(table, sample) for table, sample in sampled]
    keyed = [
        KeyColumn(table.schema, table.name, column.name, column.data_type, values, table.primary_key == (column.name,))
        for (table, _sample), found in zip(sampled, columns, strict=True)
        for column, values in found
    ]
    led = references(keyed)
    return Profile(
        tuple(_table(table, sample, found, led) for (table, sample), found in zip(sampled, columns, strict=True))
    )


def _columns(table: Table, sample: TableSample) -> list[tuple[Column, list[object]]]:
    """Each column with its values, top row first; rows that are shorter than the table are left out."""
    ordered = sorted(table.columns, key=lambda column: column.ordinal)
    rows = [row for row in sample.rows if len(row) == len(ordered)]
    if not rows:
        return [(column, []) for column in ordered]
    return [(column, list(values)) for column, values in zip(ordered, zip(*rows, strict=True), strict=True)]


def _table(
    table: Table,
    sample: TableSample,
    columns: list[tuple[Column, list[object]]],
    led: dict[Place, tuple[Reference, ...]],
) -> TableProfile:
    rows = len(columns[0][1]) if columns else 0
    if not rows:
        skipped = sample.skipped or (Skipped.EMPTY if table.row_count == 0 else Skipped.SWITCHED_OFF)
        return TableProfile(table.schema, table.name, skipped=skipped)
    shaped = [_Shaped(column, values) for column, values in columns]
    clock = _clock(shaped)
    return TableProfile(
        schema=table.schema,
        name=table.name,
        rows=rows,
        whole=sample.whole,
        newest=max((month for month in clock if month), default=""),
        columns=tuple(
            _column(item, clock, led.get((table.schema, table.name, item.column.name), ())) for item in shaped
        ),
    )


class _Shaped:
    """A column with its values and, for each, its shape and the day that it means."""

    def __init__(self, column: Column, values: list[object]) -> None:
        self.column = column
        self.values = values
        self.shapes = shapes_of(values)
        self.days: list[dt.date | None] | None = None
        if not DATE_SHAPES.isdisjoint(self.shapes):
            self.days = [
                day_meant(value, shape) if shape in DATE_SHAPES else None
                for value, shape in zip(values, self.shapes, strict=True)
            ]


def _column(item: _Shaped, clock: list[str], found: tuple[Reference, ...]) -> ColumnProfile:
    values, shapes = item.values, item.shapes
    filled = [(value, shape) for value, shape in zip(values, shapes, strict=True) if shape is not None]
    half = len(values) // 2
    counted = Counter([shape for shape in shapes if shape is not None])
    texts = [str(value).strip() for value, _ in filled]
    lowest, highest = bounds(filled, item.days)
    months = [month for month, shape in zip(clock, shapes, strict=True) if month and shape is not None]
    return ColumnProfile(
        name=item.column.name,
        values=len(filled),
        null_share=round(1 - len(filled) / len(values), 4),
        filled_first=_filled(shapes[:half]),
        filled_last=_filled(shapes[half:]),
        distinct=len(set(texts)),
        mean_length=round(sum(map(len, texts)) / len(texts), 1) if texts else 0.0,
        shapes=tuple(
            (shape, round(count / len(filled), 4))
            for shape, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ),
        codes=codes_of(filled, counted.keys()),
        lowest=lowest,
        highest=highest,
        last_filled=max(months, default=""),
        samples=_samples(filled),
        test_share=round(made_up_share(values), 4),
        references=found,
    )


def _samples(filled: Sequence[tuple[object, Shape]]) -> tuple[str, ...]:
    """The first different masks of the first values."""
    found: dict[str, None] = {}
    for value, shape in filled[:_MASKED]:
        found[masked(value, shape)] = None
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def _filled(shapes: Sequence[Shape | None]) -> float:
    return round((len(shapes) - shapes.count(None)) / len(shapes), 4) if shapes else 0.0


def _clock(shaped: list[_Shaped]) -> list[str]:
    """Per row the month of its newest date, from the columns whose dates grow with the rows; birth dates do not."""
    months = [""] * len(shaped[0].values)
    for days in (item.days for item in shaped):
        if days is None or not _grows(days):
            continue
        months = [
            max(month, month_of(day)) if day is not None and day.year < 2100 else month
            for month, day in zip(months, days, strict=True)
        ]
    return months


def _grows(days: list[dt.date | None]) -> bool:
    half = len(days) // 2
    first = sorted(day for day in days[:half] if day is not None)
    last = sorted(day for day in days[half:] if day is not None)
    if len(last) < _MOSTLY * len(days[half:]) or not last:
        return False
    # The old half may be empty: a column that was added later.
    return not first or first[len(first) // 2] <= last[len(last) // 4]
