"""What the values in a source look like, as frozen data. *Pure*; `mappings.profiling` makes it from sampled rows.

No raw patient value is in it: samples are masked, bounds are coarse, and only short repeated codes are kept as is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from centers.samples import Skipped


class Shape(StrEnum):
    """What a single value looks like. Each value has exactly one shape, the first that fits."""

    # Enum hashes by a function in Python, and shapes are counted by the hundred thousand.
    __hash__ = str.__hash__

    INT_DATE = "int_date"  # the number 20261231
    EPOCH = "epoch"  # the number of seconds since 1970
    ZERO_ONE = "zero_one"  # 0, 1, -1, true, false
    WHOLE = "whole"  # another whole number, also as 50000.0
    DECIMAL = "decimal"
    DAY = "day"  # a moment at midnight, or a date
    MOMENT = "moment"  # a moment within a day
    TEXT_DATE = "text_date"  # "20261231"
    GERMAN_DATE = "german_date"  # "31.12.2026"
    GERMAN_SHORT_DATE = "german_short_date"  # "31.12.26"
    ISO_DATE = "iso_date"  # "2026-12-31"
    CLOCK = "clock"  # "09:45"
    YES_NO = "yes_no"  # J, N, T, F, Y
    MARK = "mark"  # X
    KIND_WORD = "kind_word"  # GKV, PKV: the name of a kind of insurance
    SERVICE_CODE = "service_code"  # "01", "Ä1", "2060", "IP4", "BEMA 44"
    DIGITS = "digits"
    NUMBERED = "numbered"  # PAT-00123: letters, then a number
    SHORT_CODE = "short_code"  # one to three letters or digits
    INSURER_NAME = "insurer_name"  # "AOK Bayern"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    CLINICAL = "clinical"  # words that dentists write in charts
    NAME_LIKE = "name_like"  # one to three words that begin with a capital
    LONG_TEXT = "long_text"  # several words
    WORD = "word"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reference:
    """The values of a column are found in another table's column: `share` of the sampled values among its sampled
    values, `reach` from 0 to 1: how well the ranges of both coincide."""

    schema: str
    table: str
    column: str
    share: float
    reach: float


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column. Shares run from 0 to 1; `shapes` are shares of the values that are there, biggest first.

    `filled_first`, `filled_last`: share of the first and of the last rows by key that have a value. `codes`: short
    values that repeat (flags, kinds), with how often, only where they cannot be a person's data. `lowest`, `highest`:
    coarse bounds for people (a year and month, or a rounded number). `last_filled`: year and month of the newest row
    that has a value, where the table has dates. `samples`: masked. `test_share`: share of the texts that are made up.
    """

    name: str
    values: int = 0
    null_share: float = 0.0
    filled_first: float = 0.0
    filled_last: float = 0.0
    distinct: int = 0
    mean_length: float = 0.0
    shapes: tuple[tuple[Shape, float], ...] = ()
    codes: tuple[tuple[str, int], ...] = ()
    lowest: str = ""
    highest: str = ""
    last_filled: str = ""
    samples: tuple[str, ...] = ()
    test_share: float = 0.0
    references: tuple[Reference, ...] = ()

    def share(self, *shapes: Shape) -> float:
        """The share of the values that have one of `shapes`."""
        found = 0.0
        for shape, share in self.shapes:
            if shape in shapes:
                found += share
        return found


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table. `rows`: how many were looked at; `newest`: year and month of its newest row, where it has dates."""

    schema: str
    name: str
    rows: int = 0
    whole: bool = False
    newest: str = ""
    skipped: Skipped | None = None
    columns: tuple[ColumnProfile, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of the column of exactly that name; None where nothing was looked at."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Profile:
    """The values of one source. An empty profile means that no value was looked at."""

    tables: tuple[TableProfile, ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], TableProfile]:
        return {(table.schema, table.name): table for table in self.tables}

    def table(self, schema: str, name: str) -> TableProfile | None:
        """The profile of exactly that table."""
        return self._by_name.get((schema, name))

    @property
    def skipped(self) -> Iterable[TableProfile]:
        """The tables that were not looked at."""
        return (table for table in self.tables if table.skipped is not None)


NO_PROFILE = Profile()
