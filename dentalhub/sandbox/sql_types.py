"""SQL Server's column types as the sandbox knows them (*pure*).

Values inside the sandbox (in SQLite and as parameters) have one form per family:
int -> int, float -> float, text -> str, decimal -> str ("12.30"), date -> "YYYY-MM-DD",
datetime -> "YYYY-MM-DD HH:MM:SS" with ".ffffff" only when it is not zero, binary -> bytes. NULL -> None.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Family(Enum):
    """Types that share one value form and compare with each other; the number is SQL Server's precedence."""

    TEXT = 1
    UNIQUEIDENTIFIER = 2
    BINARY = 0
    INT = 3
    DECIMAL = 4
    FLOAT = 5
    DATE = 6
    DATETIME = 7


FAMILIES: Final[dict[str, Family]] = {
    "bit": Family.INT,
    "tinyint": Family.INT,
    "smallint": Family.INT,
    "int": Family.INT,
    "bigint": Family.INT,
    "decimal": Family.DECIMAL,
    "float": Family.FLOAT,
    "char": Family.TEXT,
    "varchar": Family.TEXT,
    "nchar": Family.TEXT,
    "nvarchar": Family.TEXT,
    "date": Family.DATE,
    "datetime": Family.DATETIME,
    "datetime2": Family.DATETIME,
    "uniqueidentifier": Family.UNIQUEIDENTIFIER,
    "varbinary": Family.BINARY,
}
_SYNONYMS: Final = {
    "numeric": "decimal",
    "dec": "decimal",
    "integer": "int",
    "real": "float",
    "smalldatetime": "datetime",
    "sysname": "nvarchar",
    "ntext": "nvarchar",
    "text": "varchar",
    "money": "decimal",
    "binary": "varbinary",
    "double precision": "float",
}
INT_RANGES: Final = {
    "bit": (0, 1),
    "tinyint": (0, 255),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}
INT_ORDER: Final = ("bit", "tinyint", "smallint", "int", "bigint")
MAX_LENGTH: Final = {"char": 8000, "varchar": 8000, "nchar": 4000, "nvarchar": 4000, "varbinary": 8000}
FIXED_LENGTH: Final = frozenset({"char", "nchar"})
_DECLARATION: Final = re.compile(
    r"\s*(?P<name>[a-z_][a-z_0-9]*)\s*(?:\(\s*(?P<a>\d+|max)\s*(?:,\s*(?P<b>\d+)\s*)?\))?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SqlType:
    """One column's type. ``length`` counts characters (bytes for varbinary), -1 is (max)."""

    name: str
    length: int = 0
    precision: int = 0
    scale: int = 0

    @property
    def family(self) -> Family:
        """The family whose value form this type has."""
        return FAMILIES[self.name]

    @property
    def is_unicode(self) -> bool:
        """Whether it is sent as UTF-16."""
        return self.name in {"nchar", "nvarchar"}


INT: Final = SqlType("int")
BIGINT: Final = SqlType("bigint")
BIT: Final = SqlType("bit")
FLOAT: Final = SqlType("float")
DATE: Final = SqlType("date")
DATETIME: Final = SqlType("datetime")
DATETIME2: Final = SqlType("datetime2", scale=7)
SYSNAME: Final = SqlType("nvarchar", length=128)


def nvarchar(length: int) -> SqlType:
    """An nvarchar of that many characters; longer than 4000 or -1 is (max)."""
    return SqlType("nvarchar", length=length if 0 < length <= 4000 else -1)


def parse_type(declaration: str) -> SqlType | None:
    """Read ``nvarchar(40)``, ``decimal(10,2)``, ``varchar(max)`` ...; None for a type the sandbox lacks."""
    match = _DECLARATION.fullmatch(declaration)
    if match is None:
        return None
    written = match["name"].lower()
    name = _SYNONYMS.get(written, written)
    if name not in FAMILIES:
        return None
    first, second = match["a"], match["b"]
    if name in MAX_LENGTH:
        return SqlType(name, length=_text_length(name, written, first))
    if name == "decimal":
        if written == "money":
            return SqlType("decimal", precision=19, scale=4)
        precision = int(first) if first and first.lower() != "max" else 18
        return SqlType("decimal", precision=precision, scale=int(second or 0))
    if name == "datetime2":
        return SqlType("datetime2", scale=int(first) if first and first.isdigit() else 7)
    return SqlType(name)


def _text_length(name: str, written: str, declared: str | None) -> int:
    if written in {"ntext", "text"} or (declared and declared.lower() == "max"):
        return -1
    if written == "sysname":
        return 128
    length = int(declared) if declared else 1
    return length if length <= MAX_LENGTH[name] else -1


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text has; SQL Server counts an emoji as two."""
    return len(text) + sum(1 for character in text if character > "\uffff")
