"""Texts that are no UTF-16 cost one more try, and never the other rows.

The sandbox keeps its rows in SQLite, which holds no half surrogate pairs, so the driver is a stand-in here.
"""

from types import ModuleType
from typing import Any

from centers.source_session import SourceConnection, decode_text

HALF = b"\x3e\xd8"


class _Driver(ModuleType):
    """What a session asks of pyodbc."""

    SQL_VARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR = 12, -8, -9, -10
    Error = RuntimeError


class _Raw:
    """A connection whose cursors fail on a text until converters are there, as pyodbc's do."""

    def __init__(self) -> None:
        self.converters: dict[int, Any] = {}
        self.executed = 0
        self.timeout = 0

    def add_output_converter(self, sql_type: int, converter: Any) -> None:
        self.converters[sql_type] = converter

    def cursor(self) -> "_Cursor":
        return _Cursor(self)


class _Cursor:
    description = (("text",),)

    def __init__(self, raw: _Raw) -> None:
        self._raw = raw

    def setinputsizes(self, sizes: list[Any]) -> None:
        pass

    def execute(self, sql: str, *values: Any) -> None:
        self._raw.executed += 1

    def fetchall(self) -> list[tuple[str]]:
        convert = self._raw.converters.get(_Driver.SQL_WVARCHAR) or (lambda value: value.decode("utf-16-le"))
        return [(convert("Füllung".encode("utf-16-le")),), (convert(HALF),)]

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        pass


def test_text_that_is_no_utf16_is_asked_for_again_and_replaced() -> None:
    raw = _Raw()
    session = SourceConnection(_Driver("driver"), raw)
    (answer,) = session.query("one")
    assert answer.rows == [("Füllung",), ("\ufffd",)]
    assert (raw.executed, session.reusable) == (2, True)
    # The session stays careful: no further answer is asked for twice.
    session.query("two")
    assert raw.executed == 3
    assert set(raw.converters.values()) == {decode_text}
