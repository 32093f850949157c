"""The statements of a batch (*pure*): what each is, before any is translated."""

from dataclasses import dataclass
from enum import Enum, auto

from dentalhub.sandbox.sql_types import SqlType


@dataclass(frozen=True, slots=True)
class SetOption:
    """``SET NOCOUNT ON`` and its like; ``words`` in upper case without SET."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declare:
    """One variable of a DECLARE; ``initial`` is an expression's text."""

    name: str
    type: SqlType
    initial: str | None


@dataclass(frozen=True, slots=True)
class Assign:
    """``SET @name = expression``."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT, with or without WITH; it may assign variables instead of returning rows."""

    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """``USE database``."""

    database: str


@dataclass(frozen=True, slots=True)
class WaitFor:
    """``WAITFOR DELAY``, in seconds."""

    seconds: float


class TransactionStep(Enum):
    """BEGIN, COMMIT and ROLLBACK; nothing is ever written, so they only count."""

    BEGIN = auto()
    COMMIT = auto()
    ROLLBACK = auto()


@dataclass(frozen=True, slots=True)
class Transaction:
    """``only_if_open``: it stood behind ``IF @@TRANCOUNT > 0``."""

    step: TransactionStep
    only_if_open: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """A statement that would write: ``permission`` on ``parts``, its name's parts as written."""

    permission: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Execute:
    """A procedure call as text; arguments are literals."""

    procedure: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Print:
    """``PRINT 'text'``."""

    text: str


Statement = SetOption | Declare | Assign | Query | Use | WaitFor | Transaction | Denied | Execute | Print
