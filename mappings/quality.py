"""What a mapped column warns of. *Pure*; every threshold is here, as a share of the rows that were looked at."""

from mappings.document import Evidence
from mappings.profile import ColumnProfile, Shape, TableProfile
from mappings.value_shapes import DATE_SHAPES

EMPTY = 1.0
MOSTLY_EMPTY = 0.95
ABANDONED_MONTHS = 24
MISUSED = 0.30
TEST_DATA = 0.30
# Fewer values than this may be the same by chance.
CONSTANT_VALUES = 20

_NUMBERS = frozenset({Shape.ZERO_ONE, Shape.WHOLE, Shape.DIGITS})
_CODES = frozenset(
    {Shape.YES_NO, Shape.MARK, Shape.KIND_WORD, Shape.SERVICE_CODE, Shape.NUMBERED, Shape.SHORT_CODE, Shape.WORD}
)
_WORDS = frozenset(
    {
        Shape.INSURER_NAME,
        Shape.GIVEN_NAME,
        Shape.FAMILY_NAME,
        Shape.CLINICAL,
        Shape.NAME_LIKE,
        Shape.LONG_TEXT,
        Shape.WORD,
        Shape.OTHER,
        Shape.SHORT_CODE,
    }
)
# What a canonical field of a kind may hold; any other shape is a value of another kind.
_EXPECTED = {
    # Numbers of patients may look like dates, and like anything a practice glues to them.
    "key": _NUMBERS | _CODES | {Shape.INT_DATE, Shape.TEXT_DATE, Shape.EPOCH, Shape.OTHER},
    "reference": _NUMBERS | _CODES | {Shape.INT_DATE, Shape.TEXT_DATE, Shape.EPOCH, Shape.OTHER},
    "date": DATE_SHAPES,
    "flag": _NUMBERS | _CODES | DATE_SHAPES,
    "name": _WORDS | {Shape.KIND_WORD},
    "text": _WORDS | _CODES,
    "code": _NUMBERS | _CODES | {Shape.OTHER, Shape.CLOCK, Shape.DECIMAL, Shape.INSURER_NAME},
}


def flags_of(kind: str, column: ColumnProfile | None, table: TableProfile | None) -> tuple[Evidence, ...]:
    """The flags of a column that is mapped to a canonical field of `kind`; none where no row was looked at.

    A delete flag that no row has set, or all rows alike, is as it should be.
    """
    if column is None or table is None or not table.rows:
        return ()
    misused = misused_share(kind, column)
    if kind == "flag":
        return _flag("quality_misused", misused >= MISUSED, share=_percent(misused))
    if is_empty(column):
        return _flag("quality_empty", True)
    return (
        *_flag("quality_mostly_empty", column.null_share >= MOSTLY_EMPTY),
        *_flag("quality_abandoned", _is_abandoned(column, table), month=column.last_filled),
        *_flag("quality_misused", misused >= MISUSED, share=_percent(misused)),
        *_flag("quality_test_data", column.test_share >= TEST_DATA, share=_percent(column.test_share)),
        *_flag("quality_constant", column.distinct == 1 and column.values >= CONSTANT_VALUES),
    )


def is_empty(column: ColumnProfile) -> bool:
    """True when none of the rows that were looked at has a value."""
    return column.null_share >= EMPTY and not column.values


def misused_share(kind: str, column: ColumnProfile) -> float:
    """The share of the values that are of another kind than a canonical field of `kind` holds."""
    expected = _EXPECTED.get(kind)
    if expected is None or not column.values:
        return 0.0
    # Rounded as profiles are, so that shares that add up to the threshold reach it.
    return round(sum(share for shape, share in column.shapes if shape not in expected), 4)


def _is_abandoned(column: ColumnProfile, table: TableProfile) -> bool:
    if not column.last_filled or not table.newest:
        return False
    return _months(table.newest) - _months(column.last_filled) >= ABANDONED_MONTHS


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _percent(share: float) -> str:
    return f"{share:.0%}".rstrip("%")


def _flag(code: str, applies: bool, **detail: str) -> tuple[Evidence, ...]:
    return (Evidence(code, 0.0, tuple(detail.items())),) if applies else ()
