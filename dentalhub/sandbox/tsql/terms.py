"""Translated expressions with their types, and how types convert and compare (*pure*)."""

from dataclasses import dataclass, replace
from typing import Final

from dentalhub.sandbox.errors import not_supported, type_clash
from dentalhub.sandbox.sql_types import FIXED_LENGTH, INT_ORDER, Family, SqlType, nvarchar

TEXT_COLLATION: Final = "ms_text"
DECIMAL_COLLATION: Final = "ms_decimal"
MAX_INT_DIGITS: Final = 20
_LIKE_TEXT: Final = frozenset({Family.TEXT, Family.UNIQUEIDENTIFIER})


@dataclass(frozen=True, slots=True)
class Term:
    """A scalar in SQLite's words. ``type`` is None for an untyped NULL.

    ``is_plain``: a text that SQLite's NOCASE compares as SQL Server would. ``is_constant``: the same in all rows.
    """

    sql: str
    type: SqlType | None
    is_plain: bool = False
    is_constant: bool = False

    @property
    def family(self) -> Family | None:
        """The type's family; None for NULL."""
        return None if self.type is None else self.type.family


def quote_text(value: str) -> str:
    """A text literal for SQLite; a NUL cannot stand in one."""
    if "\0" in value:
        raise not_supported("a text with a NUL character")
    return "'" + value.replace("'", "''") + "'"


def common_type(terms: list[Term]) -> SqlType | None:
    """The type that CASE, COALESCE or UNION gives: highest precedence, wide enough for all."""
    types = [term.type for term in terms if term.type is not None]
    if not types:
        return None
    family = max((sql_type.family for sql_type in types), key=lambda one: one.value)
    same = [sql_type for sql_type in types if sql_type.family is family]
    if family is Family.INT:
        return max(same, key=lambda one: INT_ORDER.index(one.name))
    if family is Family.TEXT:
        lengths = [sql_type.length for sql_type in same]
        return nvarchar(-1 if -1 in lengths else max(lengths))
    if family is Family.DECIMAL:
        return _wide_decimal(types)
    if family is Family.DATETIME:
        return max(same, key=lambda one: one.name)
    return same[0]


def _wide_decimal(types: list[SqlType]) -> SqlType:
    decimals = [one for one in types if one.family is Family.DECIMAL]
    scale = max(one.scale for one in decimals)
    whole = max(one.precision - one.scale for one in decimals)
    if any(one.family is Family.INT for one in types):
        whole = max(whole, 19)
    return SqlType("decimal", precision=min(38, whole + scale), scale=scale)


def convert(term: Term, target: SqlType, *, safe: bool = False) -> Term:
    """``term`` as ``target``; ``safe`` (TRY_CAST) gives NULL where an error would be. Raises SqlError 206."""
    if term.type is None:
        return replace(term, type=target)
    source = term.type
    if source == target:
        return term
    sql = _converted_sql(term, source, target, "try" if safe else "to")
    return Term(sql, target, is_plain=False, is_constant=term.is_constant)


def _converted_sql(term: Term, source: SqlType, target: SqlType, prefix: str) -> str:
    is_text = source.family in _LIKE_TEXT
    match target.family:
        case Family.TEXT:
            return _as_text(term, source, target)
        case Family.INT if source.family is Family.DECIMAL:
            return f"ms_{prefix}_int(ms_decimal_to_int({term.sql}), '{target.name}')"
        case Family.INT if source.family in {Family.INT, Family.FLOAT} or is_text:
            return f"ms_{prefix}_int({term.sql}, '{target.name}')"
        case Family.FLOAT if source.family in {Family.INT, Family.DECIMAL}:
            return f"CAST({term.sql} AS REAL)"
        case Family.FLOAT if source.family is Family.FLOAT:
            return term.sql
        case Family.FLOAT if is_text:
            return f"ms_{prefix}_float({term.sql})"
        case Family.DECIMAL if source.family in {Family.INT, Family.DECIMAL, Family.FLOAT} or is_text:
            return f"ms_{prefix}_decimal({term.sql}, {target.precision}, {target.scale})"
        case Family.DATE if source.family in {Family.DATE, Family.DATETIME}:
            return f"substr({term.sql}, 1, 10)"
        case Family.DATE if is_text:
            return f"ms_{prefix}_date({term.sql}, 0)"
        case Family.DATETIME if source.family is Family.DATE:
            return f"({term.sql} || ' 00:00:00')"
        case Family.DATETIME if source.family is Family.DATETIME:
            return term.sql
        case Family.DATETIME if is_text:
            return f"ms_{prefix}_datetime({term.sql}, 0)"
        case Family.UNIQUEIDENTIFIER if is_text:
            return f"upper({term.sql})"
        case Family.BINARY if source.family is Family.BINARY:
            return term.sql
    raise type_clash(source.name, target.name)


def _as_text(term: Term, source: SqlType, target: SqlType) -> str:
    match source.family:
        case Family.TEXT | Family.UNIQUEIDENTIFIER | Family.DECIMAL | Family.DATE:
            longest = {Family.UNIQUEIDENTIFIER: 36, Family.DECIMAL: 41, Family.DATE: 10}.get(
                source.family, source.length
            )
            fits = target.length == -1 or (longest != -1 and longest <= target.length)
            whole = _with_blanks(term)
            sql = whole if fits else f"ms_left({whole}, {target.length})"
        case Family.INT:
            fits = target.length == -1 or target.length >= MAX_INT_DIGITS
            sql = f"CAST({term.sql} AS TEXT)" if fits else f"ms_int_text({term.sql}, {target.length})"
        case Family.DATETIME:
            sql = f"ms_left(ms_datetime_text({term.sql}, {_digits(source)}), {target.length})"
        case _:
            raise not_supported(f"converting {source.name} to {target.name}")
    return f"ms_pad({sql}, {target.length})" if target.name in {"char", "nchar"} else sql


def _digits(source: SqlType) -> int:
    """Decimals of the seconds in datetime2's text; -1 is datetime's own form."""
    return source.scale if source.name == "datetime2" else -1


def as_text(term: Term) -> Term:
    """``term`` as text of any length; a char(n) with its blanks, which the files do not keep."""
    if term.family is not Family.TEXT:
        return convert(term, nvarchar(-1))
    return replace(term, sql=_with_blanks(term))


def _with_blanks(term: Term) -> str:
    if term.type is None or term.type.name not in FIXED_LENGTH:
        return term.sql
    return f"ms_pad({term.sql}, {term.type.length})"


def comparable(left: Term, right: Term) -> tuple[str, str]:
    """Both sides in one family and with the collation under which SQLite compares as SQL Server does."""
    shared = common_type([left, right])
    if shared is None:
        return left.sql, right.sql
    family = shared.family
    if family in _LIKE_TEXT:
        return _comparable_texts(_to_family(left, shared), _to_family(right, shared))
    first, second = _to_family(left, shared), _to_family(right, shared)
    if family is Family.DECIMAL:
        return f"{first.sql} COLLATE {DECIMAL_COLLATION}", second.sql
    return first.sql, second.sql


def _to_family(term: Term, shared: SqlType) -> Term:
    """Within a family nothing is converted: comparing as wider type must not cut or round."""
    if term.family is shared.family:
        return term
    if shared.family is Family.TEXT:
        return convert(term, nvarchar(-1))
    if shared.family is Family.DECIMAL and term.family is Family.INT:
        return replace(term, sql=f"CAST({term.sql} AS TEXT)", type=shared)
    if shared.family is Family.DECIMAL:
        return convert(term, SqlType("decimal", precision=38, scale=shared.scale))
    if shared.family is Family.INT and term.family in _LIKE_TEXT:
        return convert(term, SqlType("bigint") if shared.name != "bit" else shared)
    return convert(term, shared)


def _comparable_texts(left: Term, right: Term) -> tuple[str, str]:
    """NOCASE keeps SQLite quick; it serves when a plain column meets a plain column or a constant."""
    if (left.is_plain and (right.is_plain or right.is_constant)) or (right.is_plain and left.is_constant):
        first = left.sql if left.is_plain else f"rtrim({left.sql}, ' ')"
        second = right.sql if right.is_plain else f"rtrim({right.sql}, ' ')"
        return f"{first} COLLATE NOCASE", second
    return f"{left.sql} COLLATE {TEXT_COLLATION}", right.sql


def sort_key(term: Term) -> str:
    """``term`` as ORDER BY, GROUP BY, DISTINCT, MIN and MAX need it."""
    if term.family in _LIKE_TEXT:
        return f"{term.sql} COLLATE {'NOCASE' if term.is_plain else TEXT_COLLATION}"
    if term.family is Family.DECIMAL:
        return f"{term.sql} COLLATE {DECIMAL_COLLATION}"
    return term.sql


def concatenated(terms: list[Term]) -> Term:
    """Texts joined by ``+``: NULL when one is NULL."""
    texts = [as_text(term) for term in terms]
    lengths = [text.type.length if text.type else 0 for text in texts]
    length = -1 if -1 in lengths or sum(lengths) > 4000 else max(1, sum(lengths))
    sql = " || ".join(text.sql for text in texts)
    return Term(f"({sql})", nvarchar(length), is_constant=all(text.is_constant for text in texts))


def chosen(conditions: list[str], results: list[Term]) -> Term:
    """CASE: the result of the first condition that holds, else the last result."""
    shared = common_type(results)
    if shared is None:
        return Term("NULL", None)
    values = [convert(result, shared).sql for result in results]
    branches = " ".join(f"WHEN {when} THEN {then}" for when, then in zip(conditions, values, strict=False))
    plain = all(result.is_plain for result in results)
    return Term(f"(CASE {branches} ELSE {values[-1]} END)", shared, is_plain=plain)
