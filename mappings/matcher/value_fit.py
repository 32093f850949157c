"""How well a column's values suit a canonical field, from -1 (they cannot be it) to 1. *Pure*.

None of this knows a name: it works on a source whose tables are called T0017.
"""

from collections.abc import Callable

from mappings.profile import ColumnProfile, Shape

_KINDS = frozenset({"P", "G", "PKV", "GKV", "PRIVAT", "KASSE", *"123456789"})
_PRIVATE = frozenset({"P", "PKV", "PRIVAT"})
_PLAIN_DAYS = (
    Shape.INT_DATE,
    Shape.EPOCH,
    Shape.DAY,
    Shape.TEXT_DATE,
    Shape.GERMAN_DATE,
    Shape.GERMAN_SHORT_DATE,
    Shape.ISO_DATE,
)
_CHART_LENGTH = 40.0
_FEW_DELETED = 0.35
_MOSTLY = 0.8
_FEW = 5
_ALIVE = frozenset({"0", "N", "n", "F", "f"})


def value_fit(table: str, field: str, kind: str, column: ColumnProfile) -> float:
    """-1 to 1; 0 says nothing. The column must have at least one value."""
    special = _FITS.get((table, field))
    if special is not None:
        return special(column)
    general = _FITS_BY_KIND.get(kind)
    return general(column) if general is not None else 0.0


def looked_for(table: str, field: str, kind: str) -> str:
    """The word for what the values of a field should be: "dates", "service codes" and so on, as evidence has it."""
    special = _FITS.get((table, field))
    return special.__name__.strip("_") if special is not None else kind


def _family_name(column: ColumnProfile) -> float:
    family, given, alike = (
        column.share(Shape.FAMILY_NAME),
        column.share(Shape.GIVEN_NAME),
        column.share(Shape.NAME_LIKE),
    )
    if family + given + alike < 0.5:
        return -1.0
    return _bounded(1.4 * family + 0.2 * alike - 1.5 * given) * (1 - column.null_share)


def _given_name(column: ColumnProfile) -> float:
    family, given, alike = (
        column.share(Shape.FAMILY_NAME),
        column.share(Shape.GIVEN_NAME),
        column.share(Shape.NAME_LIKE),
    )
    if family + given + alike < 0.5:
        return -1.0
    return _bounded(1.3 * given + 0.1 * alike - 1.5 * family) * (1 - column.null_share)


def _insurer_name(column: ColumnProfile) -> float:
    insurers = column.share(Shape.INSURER_NAME)
    if insurers < 0.15:
        return -1.0
    # A short name (AOK BY, SIGNAL) is also one of an insurer, but not the one that people read.
    return _bounded(1.2 * insurers * min(1.0, column.mean_length / 12) * (1 - column.null_share))


def _insurer_kind(column: ColumnProfile) -> float:
    codes = {code.upper() for code, _ in column.codes}
    if not codes:
        return -1.0
    known = codes & _KINDS
    if column.distinct == column.values and column.values >= _FEW:
        # Every code once: the catalog of the kinds, not the insurers that have them.
        return -0.8
    if codes & _PRIVATE and len(codes) > 1:
        return (1.0 if known == codes else 0.7) * column.filled_last
    if codes <= {"0", "1", "-1"} or known != codes:
        return -0.7
    return 0.4 if len(codes) > 1 else 0.1


def _chart_text(column: ColumnProfile) -> float:
    texts = column.share(Shape.CLINICAL) + 0.4 * column.share(Shape.LONG_TEXT)
    if texts < 0.3:
        return -1.0
    length = min(1.0, column.mean_length / _CHART_LENGTH)
    # A word or two is the note of an appointment or a heading.
    return _bounded(1.5 * texts * length * (0.5 + 0.5 * (1 - column.null_share)) - 0.5)


def _service_code(column: ColumnProfile) -> float:
    strong, digits = column.share(Shape.SERVICE_CODE), column.share(Shape.DIGITS)
    loose = column.share(Shape.SHORT_CODE, Shape.ZERO_ONE, Shape.CLOCK, Shape.NUMBERED)
    if strong + digits + loose < 0.75 or column.mean_length > 12:
        return -1.0
    if strong < 0.05 or strong + digits < 0.2:
        # Short codes such as Z1 or WB3, or plain numbers: an Austrian list of services, or anything.
        return 0.15 if column.distinct > 6 else -0.5
    return _bounded((0.6 + strong) * (1 - column.null_share))


def _date(column: ColumnProfile) -> float:
    days, moments = column.share(*_PLAIN_DAYS), column.share(Shape.MOMENT)
    if days + moments < 0.6:
        return -1.0
    if moments > days:
        return -0.6
    # A birth date spans lives; a day of treatment the years that the practice exists.
    years = _year(column.highest) - _year(column.lowest)
    return _bounded(days * (1 - column.null_share)) * (0.1 if years > 45 else 1.0)


def _flag(column: ColumnProfile) -> float:
    if column.share(Shape.ZERO_ONE, Shape.YES_NO) > 0.95 and column.distinct <= 2:
        counts = sorted(count for _, count in column.codes)
        if not counts or (column.distinct == 1 and column.codes[0][0] not in _ALIVE and column.null_share < 0.5):
            return -0.2
        # Few rows are deleted; a flag that is set as often as not says something else.
        rare = counts[0] / column.values if len(counts) == 2 else 0.0
        return 0.6 - rare if rare <= _FEW_DELETED else -0.4
    if column.share(Shape.MARK) > 0.95:
        return 0.7
    if column.share(Shape.MOMENT, *_PLAIN_DAYS) > 0.95:
        return 0.2 if column.null_share >= _MOSTLY else -1.0
    return -1.0


def _key(column: ColumnProfile) -> float:
    if column.null_share > 0 or column.share(Shape.DECIMAL, *_PLAIN_DAYS, Shape.MOMENT) > 0.5:
        return -1.0
    if column.distinct < column.values:
        return -1.0
    return 0.5 if column.share(Shape.WHOLE, Shape.ZERO_ONE) > 0.9 else 0.3


def _reference(column: ColumnProfile) -> float:
    if column.share(Shape.WHOLE, Shape.ZERO_ONE, Shape.DIGITS, Shape.NUMBERED, Shape.TEXT_DATE, Shape.OTHER) < 0.8:
        return -1.0
    return 0.0


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _year(month: str) -> int:
    return int(month[:4]) if month[:4].isdecimal() else 0


_FITS: dict[tuple[str, str], Callable[[ColumnProfile], float]] = {
    ("PATIENT", "P_NAME"): _family_name,
    ("PATIENT", "P_VORNAME"): _given_name,
    ("KASSEN", "NAME"): _insurer_name,
    ("KASSEN", "ART"): _insurer_kind,
    ("KARTEI", "BEMERKUNG"): _chart_text,
    ("LEISTUNG", "LEISTUNG"): _service_code,
}
_FITS_BY_KIND: dict[str, Callable[[ColumnProfile], float]] = {
    "date": _date,
    "flag": _flag,
    "key": _key,
    "reference": _reference,
}
