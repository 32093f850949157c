"""What the migrations do with the ORM to the rows of the first release, in the words that SQL Server would be sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

from tests.mappings.sent_statements import sent_to
from tests.sql_server.queries import check_query
from tests.sql_server.server import sql_server
from tests.upgrade.installation import first_release


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """The statements of the ORM while the first released state is brought up to date in a SQLite file."""
    file = first_release(tmp_path_factory.mktemp("installation")).database
    before = connections["default"]
    facts = {**before.settings_dict, "NAME": str(file), "OPTIONS": dict(settings.SQLITE_OPTIONS)}
    with django_db_blocker.unblock(), sql_server() as (_server, stand_in):
        stand_in.ensure_connection()
        connections["default"] = type(before)(facts, "default")
        try:
            with sent_to(stand_in) as statements:
                executor = MigrationExecutor(connections["default"])
                executor.migrate(executor.loader.graph.leaf_nodes())
            yield statements
        finally:
            connections["default"].close()
            connections["default"] = stand_in


def test_work_on_rows_is_valid_for_sql_server(sent: list[str]) -> None:
    ours = [sql for sql in sent if "[django_" not in sql]
    for sql in ours:
        check_query(sql.replace("%s", "?"), None, sql.count("%s"))
    for wanted in ("INTO [dentalhub_audit_event]", "UPDATE [extraction_centerrun]", "INTO [extraction_shard]"):
        assert any(wanted in sql for sql in ours), wanted
    assert max(sql.count("%s") for sql in ours) > 20


def test_statements_that_ignore_conflicts_are_none(sent: list[str]) -> None:
    """SQL Server has no such INSERT; mssql-django leaves the words out and the statement fails."""
    assert [sql for sql in sent if "IGNORE" in sql.upper() or "ON CONFLICT" in sql.upper()] == []


def test_reading_goes_in_pages(sent: list[str]) -> None:
    """Tables that may have millions of rows are read in pages: nothing else may be sent while a cursor is open."""
    large = [sql for sql in sent if sql.startswith("SELECT") and "FROM [extraction_chartentry]" in sql]
    assert large
    assert [sql for sql in large if "TOP " not in sql and "WHERE" not in sql] == []


def test_file_is_the_one_of_the_release(tmp_path: Path) -> None:
    made = first_release(tmp_path)
    assert made.query("SELECT count(*) FROM extraction_chartentry") == [(39,)]
