"""The form of dates and delete flags, from a column's type and from what its values look like. *Pure*."""

from collections.abc import Sequence

from centers.catalog import Column
from mappings.column_types import date_format, delete_flag, is_day, is_number, is_text
from mappings.document import DeleteFlag
from mappings.enums import DateFormat
from mappings.profile import ColumnProfile, Shape

_NUMBER_FORMS = {Shape.INT_DATE: DateFormat.INT, Shape.EPOCH: DateFormat.EPOCH}
_TEXT_FORMS = {
    Shape.TEXT_DATE: DateFormat.TEXT,
    Shape.GERMAN_DATE: DateFormat.GERMAN,
    Shape.GERMAN_SHORT_DATE: DateFormat.GERMAN_SHORT,
    Shape.ISO_DATE: DateFormat.ISO,
}
# The rest may be zeros and slips; a second form of dates may not be there, for its rows would be left out.
_LEAST_SHARE = 0.5
_MOST_OTHER_FORMS = 0.02
# What an answer is called when it is yes, and the no that stands beside it.
_NO_BESIDE = {
    "J": "N", "JA": "NEIN", "Y": "N", "YES": "NO", "T": "F", "TRUE": "FALSE", "W": "F", "WAHR": "FALSCH",
    "1": "0", "-1": "0",
}  # fmt: skip
_YES_BESIDE = {"N": "J", "NEIN": "JA", "NO": "YES", "F": "T", "FALSE": "TRUE", "FALSCH": "WAHR", "0": "1"}
_MARKS = frozenset({"X", "*", "+"})


def date_form_of(column: Column, shapes: Sequence[tuple[Shape, float]]) -> tuple[DateFormat, bool] | None:
    """The form of the dates in `column`, and whether type or values prove it; None when it holds none.

    `shapes` are the shares of its values as in `ColumnProfile.shapes`; without any, the type alone decides.
    """
    by_type = date_format(column)
    if is_day(column) or not shapes:
        return by_type
    forms = _TEXT_FORMS if is_text(column) else _NUMBER_FORMS if is_number(column) else {}
    found = sorted(((share, forms[shape]) for shape, share in shapes if shape in forms), reverse=True)
    if not found:
        only_zeros = all(shape is Shape.ZERO_ONE for shape, _ in shapes)
        return (by_type[0], False) if by_type and only_zeros else None
    (share, form), others = found[0], sum(share for share, _ in found[1:])
    return form, share >= _LEAST_SHARE and others <= _MOST_OTHER_FORMS


def delete_flag_of(column: Column, profile: ColumnProfile | None, inverted: bool) -> DeleteFlag | None:
    """When a row is alive; `inverted` for a flag that says "active". None: a person has to say it.

    The values that were seen choose the words (J/N, T/F, X, 0/-1); the type alone decides where none were. Words that
    nobody knows, and a choice by which every row that was seen is deleted, are no answer.
    """
    by_type = delete_flag(column, inverted=inverted)
    if profile is None or not profile.codes or is_day(column):
        return by_type
    seen = list(dict.fromkeys(code.strip().upper() for code, _count in profile.codes if code.strip()))
    flag = _flag_of_words(seen, inverted) if is_text(column) else _flag_of_numbers(seen, inverted) or by_type
    some_live = bool(set(seen) & set(flag.live_values)) or (flag.null_is_live and profile.null_share > 0)
    return flag if some_live else None


def _flag_of_numbers(seen: list[str], inverted: bool) -> DeleteFlag | None:
    """-1 is "true" in some programs."""
    return DeleteFlag(("-1",), null_is_live=False) if inverted and "-1" in seen and "1" not in seen else None


def _flag_of_words(seen: list[str], inverted: bool) -> DeleteFlag:
    no = [word for word in seen if word in _YES_BESIDE]
    yes = [word for word in seen if word in _NO_BESIDE or word in _MARKS]
    if inverted:
        return DeleteFlag(tuple(yes or dict.fromkeys(_YES_BESIDE[word] for word in no)), null_is_live=False)
    # A mark has no word beside it: only rows without it are alive.
    beside = dict.fromkeys(_NO_BESIDE[word] for word in yes if word in _NO_BESIDE)
    return DeleteFlag(tuple(no or beside), null_is_live=True)
