"""The built-in functions of T-SQL that the sandbox knows (*pure*). An unknown one is error 195."""

from collections.abc import Callable
from typing import Any, Final

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError, not_supported
from dentalhub.sandbox.sql_types import BIGINT, DATETIME, FLOAT, INT, SYSNAME, Family, SqlType, nvarchar
from dentalhub.sandbox.tsql.terms import Term, as_text, common_type, comparable, convert, sort_key

Scalar = Callable[[Any], Term]
Variable = Callable[[str], Term]
Aggregate = Callable[[Term | None, bool], Term]

_WINDOW: Final = {"ROW_NUMBER": "row_number()", "RANK": "rank()", "DENSE_RANK": "dense_rank()"}
_SUMS: Final = {"bit": INT, "tinyint": INT, "smallint": INT, "int": INT, "bigint": BIGINT}
_DATE_PARTS: Final = {
    "YEAR": "year", "YY": "year", "YYYY": "year", "MONTH": "month", "MM": "month", "M": "month",
    "DAY": "day", "DD": "day", "D": "day", "HOUR": "hour", "HH": "hour", "MINUTE": "minute", "MI": "minute",
    "N": "minute", "SECOND": "second", "SS": "second", "S": "second",
}  # fmt: skip


def window_function(name: str) -> Term | None:
    """A ranking function without arguments."""
    return Term(_WINDOW[name], BIGINT) if name in _WINDOW else None


def aggregate(name: str) -> Aggregate | None:
    """The translator of an aggregate; it takes None for ``*``, and whether DISTINCT was given."""
    return _AGGREGATES.get(name)


def scalar_function(name: str, arguments: list[Any], scalar: Scalar, variable: Variable) -> Term:
    """Any other function; raises SqlError 195 for one that is not known."""
    if name in _SESSION and not arguments:
        return variable(_SESSION[name])
    if name in _WITH_DATE_PART and arguments:
        return _WITH_DATE_PART[name](_date_part(arguments[0]), [scalar(one) for one in arguments[1:]])
    known = _FUNCTIONS.get(name)
    if known is None:
        text = f"'{name}' is not a recognized built-in function name."
        raise SqlError(195, text, severity=15, state=10)
    emit, least, most = known
    if not least <= len(arguments) <= most:
        raise SqlError(174, f"The {name.lower()} function requires {least} argument(s).", severity=15)
    if name == "HAS_PERMS_BY_NAME":
        arguments = [*arguments, exp.Anonymous(this="DB_NAME")]
    return emit([scalar(one) for one in arguments])


def _count(sql_type: SqlType) -> Aggregate:
    def emit(term: Term | None, distinct: bool) -> Term:
        if term is None:
            return Term("count(*)", sql_type)
        return Term(f"count({'DISTINCT ' if distinct else ''}{sort_key(term)})", sql_type)

    return emit


def _extreme(name: str) -> Aggregate:
    def emit(term: Term | None, _distinct: bool) -> Term:
        term = _required(term)
        return Term(f"{name}({sort_key(term)})", term.type, is_plain=term.is_plain)

    return emit


def _sum(term: Term | None, distinct: bool) -> Term:
    term = _required(term)
    word = "DISTINCT " if distinct else ""
    match term.type:
        case SqlType(name="decimal", scale=scale):
            if distinct:
                raise not_supported("SUM(DISTINCT) of a decimal")
            return Term(f"ms_decimal_sum({term.sql})", SqlType("decimal", precision=38, scale=scale))
        case SqlType(name=name) if name in _SUMS:
            return Term(f"sum({word}{term.sql})", _SUMS[name])
        case SqlType(name="float"):
            return Term(f"sum({word}{term.sql})", FLOAT)
    raise SqlError(8117, "Operand data type is invalid for sum operator.")


def _average(term: Term | None, distinct: bool) -> Term:
    term = _required(term)
    word = "DISTINCT " if distinct else ""
    if term.family is Family.INT and term.type is not None:
        return Term(f"(sum({word}{term.sql}) / count({word}{term.sql}))", _SUMS[term.type.name])
    if term.family is Family.FLOAT:
        return Term(f"avg({word}{term.sql})", FLOAT)
    raise not_supported("AVG of this type")


def _required(term: Term | None) -> Term:
    if term is None:
        raise SqlError(102, "Incorrect syntax near '*'.", severity=15)
    return term


_AGGREGATES: Final[dict[str, Aggregate]] = {
    "COUNT": _count(INT),
    "COUNT_BIG": _count(BIGINT),
    "MIN": _extreme("min"),
    "MAX": _extreme("max"),
    "SUM": _sum,
    "AVG": _average,
}


def _text_function(name: str) -> Callable[[list[Term]], Term]:
    """A function of one text whose result is no longer than the text."""

    def emit(terms: list[Term]) -> Term:
        text = as_text(terms[0])
        length = text.type.length if text.type else 1
        return Term(f"{name}({text.sql})", nvarchar(length), is_constant=text.is_constant)

    return emit


def _plain(sql_name: str, result: SqlType, *kinds: SqlType | None) -> Callable[[list[Term]], Term]:
    """A function whose arguments convert to ``kinds``; None takes any text."""

    def emit(terms: list[Term]) -> Term:
        converted = [
            as_text(term) if kind is None else convert(term, kind) for term, kind in zip(terms, kinds, strict=False)
        ]
        constant = all(term.is_constant for term in terms)
        return Term(f"{sql_name}({', '.join(term.sql for term in converted)})", result, is_constant=constant)

    return emit


def _isnull(terms: list[Term]) -> Term:
    target = terms[0].type or terms[1].type
    if target is None:
        return Term("NULL", None)
    second = convert(terms[1], target)
    plain = terms[0].is_plain and terms[1].is_plain
    return Term(f"coalesce({terms[0].sql}, {second.sql})", target, is_plain=plain)


def _coalesce(terms: list[Term]) -> Term:
    target = common_type(terms)
    if target is None:
        raise SqlError(4127, "At least one of the arguments to COALESCE must be an expression that is not NULL.")
    return Term(f"coalesce({', '.join(convert(term, target).sql for term in terms)})", target)


def _nullif(terms: list[Term]) -> Term:
    left, right = comparable(*terms)
    return Term(f"(CASE WHEN {left} = {right} THEN NULL ELSE {terms[0].sql} END)", terms[0].type)


def _concat(terms: list[Term]) -> Term:
    parts = " || ".join(f"coalesce({as_text(term).sql}, '')" for term in terms)
    return Term(f"({parts})", nvarchar(-1))


def _datalength(terms: list[Term]) -> Term:
    sql_type = terms[0].type
    if sql_type is None:
        return Term("NULL", INT)
    if sql_type.family is Family.TEXT:
        fixed = sql_type.length if sql_type.name in {"char", "nchar"} else 0
        return Term(f"ms_datalength({terms[0].sql}, {2 if sql_type.is_unicode else 1}, {fixed})", INT)
    sizes = {"bit": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8, "float": 8, "date": 3, "datetime": 8}
    if sql_type.name not in sizes:
        raise not_supported(f"DATALENGTH of {sql_type.name}")
    return Term(f"(CASE WHEN {terms[0].sql} IS NULL THEN NULL ELSE {sizes[sql_type.name]} END)", INT)


def _absolute(terms: list[Term]) -> Term:
    if terms[0].family not in {Family.INT, Family.FLOAT}:
        raise not_supported("ABS of this type")
    return Term(f"abs({terms[0].sql})", terms[0].type)


def _date_part(node: Any) -> str:
    name = node.name.upper() if isinstance(node, exp.Expression) else ""
    if name not in _DATE_PARTS:
        raise not_supported(f"the date part {name.lower()}")
    return _DATE_PARTS[name]


def _moment(term: Term) -> Term:
    return term if term.family in {Family.DATE, Family.DATETIME} else convert(term, DATETIME)


def _datepart(part: str, terms: list[Term]) -> Term:
    return Term(f"ms_datepart('{part}', {_moment(terms[0]).sql})", INT)


def _dateadd(part: str, terms: list[Term]) -> Term:
    moment = _moment(terms[1])
    amount = convert(terms[0], INT)
    return Term(f"ms_dateadd('{part}', {amount.sql}, {moment.sql})", moment.type)


def _datediff(part: str, terms: list[Term]) -> Term:
    return Term(f"ms_datediff('{part}', {_moment(terms[0]).sql}, {_moment(terms[1]).sql})", INT)


_WITH_DATE_PART: Final[dict[str, Callable[[str, list[Term]], Term]]] = {
    "DATEPART": _datepart,
    "DATEADD": _dateadd,
    "DATEDIFF": _datediff,
}
_SESSION: Final = {
    "DB_NAME": "@@database",
    "SUSER_SNAME": "@@user",
    "SUSER_NAME": "@@user",
    "ORIGINAL_LOGIN": "@@user",
    "USER_NAME": "@@user",
}
_LONG: Final = nvarchar(-1)
_FUNCTIONS: Final[dict[str, tuple[Callable[[list[Term]], Term], int, int]]] = {
    "UPPER": (_text_function("ms_upper"), 1, 1),
    "LOWER": (_text_function("ms_lower"), 1, 1),
    "LTRIM": (_text_function("ms_ltrim"), 1, 1),
    "RTRIM": (_text_function("ms_rtrim"), 1, 1),
    "TRIM": (_text_function("ms_trim"), 1, 1),
    "REVERSE": (_text_function("ms_reverse"), 1, 1),
    "LEN": (_plain("ms_len", INT, None), 1, 1),
    "DATALENGTH": (_datalength, 1, 1),
    "LEFT": (_plain("ms_left", _LONG, None, INT), 2, 2),
    "RIGHT": (_plain("ms_right", _LONG, None, INT), 2, 2),
    "SUBSTRING": (_plain("ms_substring", _LONG, None, INT, INT), 3, 3),
    "CHARINDEX": (_plain("ms_charindex", INT, None, None, INT), 2, 3),
    "PATINDEX": (_plain("ms_patindex", INT, None, None), 2, 2),
    "REPLACE": (_plain("ms_replace", _LONG, None, None, None), 3, 3),
    "REPLICATE": (_plain("ms_replicate", _LONG, None, INT), 2, 2),
    "CONCAT": (_concat, 2, 254),
    "ISNULL": (_isnull, 2, 2),
    "COALESCE": (_coalesce, 2, 254),
    "NULLIF": (_nullif, 2, 2),
    "ABS": (_absolute, 1, 1),
    "ISNUMERIC": (_plain("ms_isnumeric", INT, None), 1, 1),
    "ISDATE": (_plain("ms_isdate", INT, None), 1, 1),
    "YEAR": (lambda terms: _datepart("year", terms), 1, 1),
    "MONTH": (lambda terms: _datepart("month", terms), 1, 1),
    "DAY": (lambda terms: _datepart("day", terms), 1, 1),
    "GETDATE": (lambda _terms: Term("ms_now()", DATETIME), 0, 0),
    "SYSDATETIME": (lambda _terms: Term("ms_now()", SqlType("datetime2", scale=7)), 0, 0),
    "HAS_PERMS_BY_NAME": (_plain("ms_has_perms", INT, None, None, None, None), 3, 3),
    "HAS_DBACCESS": (_plain("ms_has_dbaccess", INT, None), 1, 1),
    "SERVERPROPERTY": (_plain("ms_serverproperty", SYSNAME, None), 1, 1),
}
