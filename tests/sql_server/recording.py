"""A plugin for pytest, run by hand: `pytest -p tests.sql_server.recording tests/extraction/test_entry_pages.py`.

Reads each statement of the ORM that the chosen tests send to SQLite, in the words that SQL Server would get, and names
those that it would refuse. It does not stop the tests; the list comes at their end.
"""

from collections.abc import Iterator

import pytest

from tests.sql_server.queries import check_query
from tests.sql_server.tables import RefusedError
from tests.sql_server.tokens import UnreadableError

_seen: set[str] = set()
_refused: dict[str, str] = {}


@pytest.fixture(autouse=True)
def statements_for_sql_server() -> Iterator[None]:
    """Look at what each test sends."""
    # Plugins are loaded before there are settings.
    from django.db import connections
    from mssql.base import DatabaseWrapper

    from tests.mappings.sent_statements import sent_to

    facts = {**connections["default"].settings_dict, "ENGINE": "mssql", "OPTIONS": {"host_is_server": True}}
    server = DatabaseWrapper(facts, "default")
    server.__dict__.update(sql_server_version=2022, to_azure_sql_db=False)
    server.get_autocommit = lambda: False
    with sent_to(server) as sent:
        yield
    for sql in set(sent) - _seen:
        _seen.add(sql)
        try:
            check_query(sql.replace("%s", "?"), None, sql.count("%s"))
        except (UnreadableError, RefusedError) as error:
            _refused[sql] = str(error)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many there were, and which would be refused."""
    terminalreporter.section("SQL Server")
    terminalreporter.write_line(f"{len(_seen)} statements, {len(_refused)} would be refused")
    for sql, why in _refused.items():
        terminalreporter.write_line(f"{why}\n    {sql[:600]}")
