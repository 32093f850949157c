"""What mssql-django sends to SQL Server when somebody approves, made without a server.

No SQL Server runs here, so the promise is shown in three parts: the row of the center is locked with ROWLOCK and
UPDLOCK until the transaction ends, so that the second of two people waits; the UPDATE of the version is conditional on
the status and the content that were read, so that it moves no row where no lock held; and a filtered unique index and
CHECK constraints refuse what would still come through.
"""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import connections, models
from mssql.base import DatabaseWrapper

from centers.models import Center
from mappings.enums import MappingStatus
from mappings.models import Mapping
from mappings.transitions import OPEN


@pytest.fixture
def server() -> Iterator[DatabaseWrapper]:
    """The backend for a SQL Server 2022, within a transaction; whoever would ask the server fails."""
    facts = {**connections["default"].settings_dict, "ENGINE": "mssql", "OPTIONS": {"host_is_server": True}}
    made = DatabaseWrapper(facts, "default")
    made.__dict__.update(sql_server_version=2022, to_azure_sql_db=False)
    with (
        mock.patch.object(DatabaseWrapper, "get_new_connection", side_effect=AssertionError("no server")),
        mock.patch.object(DatabaseWrapper, "get_autocommit", return_value=False),
    ):
        yield made


def statement(query: models.sql.Query, server: DatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
    sql, params = query.get_compiler(connection=server).as_sql()
    return sql, tuple(params)


def test_center_is_locked_until_the_transaction_ends(server: DatabaseWrapper) -> None:
    """`approval._current` and `versions._lock`, the first statement of every step."""
    rows = Center.objects.select_for_update().only("pk").filter(pk=7).order_by()
    assert statement(rows.query, server) == (
        "SELECT [centers_center].[id] FROM [centers_center] WITH (ROWLOCK, UPDLOCK) WHERE [centers_center].[id] = %s",
        (7,),
    )


def test_update_moves_only_the_version_that_was_read(server: DatabaseWrapper) -> None:
    """`approval._move`: the number of rows says who won."""
    rows = Mapping.objects.filter(pk=3, status__in=OPEN, content_hash="f" * 64)
    query: Any = rows.query.chain(models.sql.UpdateQuery)
    query.add_update_values({"status": MappingStatus.APPROVED, "reviewer": None, "reason": "seen"})
    sql, params = statement(query, server)
    command, _where, condition = sql.partition(" WHERE ")
    # mssql-django switches the counting of rows on, without which nobody would know who won.
    assert command == (
        "SET NOCOUNT OFF; UPDATE [mappings_mapping] SET [status] = %s, [reviewer_id] = NULL, [reason] = %s"
    )
    for part in ("[id] = %s", "[status] IN (%s, %s)", "[content_hash] = %s"):
        assert part in condition
    assert condition.count(" AND ") == 2
    assert params[:2] == (MappingStatus.APPROVED, "seen")
    assert set(params[2:]) == {3, *OPEN, "f" * 64}


def constraint_sql(name: str, server: DatabaseWrapper) -> str:
    constraint = next(item for item in Mapping._meta.constraints if item.name == name)
    editor = server.schema_editor(collect_sql=True, atomic=False)
    editor.deferred_sql = []
    return str(constraint.create_sql(Mapping, editor) or editor.deferred_sql[0])


def test_index_allows_one_approved_version_per_center(server: DatabaseWrapper) -> None:
    assert constraint_sql("mapping_one_approved_per_center", server) == (
        "CREATE UNIQUE INDEX [mapping_one_approved_per_center] ON [mappings_mapping] ([center_id]) "
        "WHERE [status] = 'approved'"
    )


def test_check_refuses_an_approval_of_the_own_work(server: DatabaseWrapper) -> None:
    """No comparison is with a bare NULL: NOT (... AND ... IS NOT NULL) is true where somebody is nobody."""
    assert constraint_sql("mapping_approved_by_a_second_person", server) == (
        "ALTER TABLE [mappings_mapping] ADD CONSTRAINT [mapping_approved_by_a_second_person] CHECK "
        "((NOT ([status] = 'approved') OR [four_eyes_waived] = 1 OR "
        "(NOT ([reviewer_id] = ([author_id]) AND [reviewer_id] IS NOT NULL AND [author_id] IS NOT NULL) AND "
        "NOT ([reviewer_id] = ([first_author_id]) AND [reviewer_id] IS NOT NULL AND [first_author_id] IS NOT NULL))))"
    )


def test_check_refuses_a_waiver_without_a_reason(server: DatabaseWrapper) -> None:
    assert constraint_sql("mapping_waiver_has_a_reason", server) == (
        "ALTER TABLE [mappings_mapping] ADD CONSTRAINT [mapping_waiver_has_a_reason] CHECK "
        "(([four_eyes_waived] = 0 OR NOT ([reason] = '')))"
    )
