"""The catalog procedures that drivers call by themselves (*pure*)."""

from dataclasses import dataclass
from typing import Any, Final

from dentalhub.sandbox.errors import SqlError
from dentalhub.sandbox.sql_types import INT, SYSNAME, SqlType, nvarchar
from dentalhub.sandbox.tsql.catalog import ResultColumn

_SMALLINT: Final = SqlType("smallint")
_TYPE_COLUMNS: Final = (
    ResultColumn("TYPE_NAME", SYSNAME),
    ResultColumn("DATA_TYPE", _SMALLINT),
    ResultColumn("PRECISION", INT),
    ResultColumn("LITERAL_PREFIX", nvarchar(32)),
    ResultColumn("LITERAL_SUFFIX", nvarchar(32)),
    ResultColumn("CREATE_PARAMS", nvarchar(32)),
    ResultColumn("NULLABLE", _SMALLINT),
    ResultColumn("CASE_SENSITIVE", _SMALLINT),
    ResultColumn("SEARCHABLE", _SMALLINT),
    ResultColumn("UNSIGNED_ATTRIBUTE", _SMALLINT),
    ResultColumn("MONEY", _SMALLINT),
    ResultColumn("AUTO_INCREMENT", _SMALLINT),
    ResultColumn("LOCAL_TYPE_NAME", SYSNAME),
    ResultColumn("MINIMUM_SCALE", _SMALLINT),
    ResultColumn("MAXIMUM_SCALE", _SMALLINT),
    ResultColumn("SQL_DATA_TYPE", _SMALLINT),
    ResultColumn("SQL_DATETIME_SUB", _SMALLINT),
    ResultColumn("NUM_PREC_RADIX", INT),
    ResultColumn("INTERVAL_PRECISION", _SMALLINT),
    ResultColumn("USERTYPE", _SMALLINT),
)
# name, ODBC type, precision, prefix, suffix, parameters
_TYPES: Final = (
    ("bigint", -5, 19, None, None, None),
    ("bit", -7, 1, None, None, None),
    ("char", 1, 8000, "'", "'", "length"),
    ("date", 91, 10, "'", "'", None),
    ("datetime", 93, 23, "'", "'", None),
    ("datetime2", 93, 27, "'", "'", "scale"),
    ("decimal", 3, 38, None, None, "precision,scale"),
    ("float", 6, 53, None, None, None),
    ("int", 4, 10, None, None, None),
    ("nchar", -8, 4000, "N'", "'", "length"),
    ("nvarchar", -9, 4000, "N'", "'", "max length"),
    ("smallint", 5, 5, None, None, None),
    ("tinyint", -6, 3, None, None, None),
    ("uniqueidentifier", -11, 36, "'", "'", None),
    ("varbinary", -3, 8000, "0x", None, "max length"),
    ("varchar", 12, 8000, "'", "'", "max length"),
)
_ALL: Final = 0


@dataclass(frozen=True, slots=True)
class NamedResult:
    """What a procedure returns."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Any, ...], ...]


def run_named(name: str, arguments: list[Any]) -> NamedResult:
    """Call a procedure by name; raises SqlError 2812 for one that is not known."""
    if name not in {"sp_datatype_info", "sp_datatype_info_100", "sp_datatype_info_90"}:
        raise SqlError(2812, f"Could not find stored procedure '{name}'.", state=62)
    wanted = arguments[0] if arguments and isinstance(arguments[0], int) else _ALL
    rows = tuple(_type_row(*one) for one in _TYPES if wanted in {_ALL, one[1]})
    return NamedResult(_TYPE_COLUMNS, rows)


def _type_row(
    name: str, code: int, precision: int, prefix: str | None, suffix: str | None, parameters: str | None
) -> tuple[Any, ...]:
    is_moment = code in {91, 93}
    scales = (0, 38) if name == "decimal" else (0, 7) if name == "datetime2" else (None, None)
    radix = 10 if code in {-7, -6, -5, 3, 4, 5} else None
    return (
        name, code, precision, prefix, suffix, parameters, 1, 0, 3, 0, 0, 0, name, *scales,
        9 if is_moment else code, {91: 1, 93: 3}.get(code), radix, None, 0,
    )  # fmt: skip
