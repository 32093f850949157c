"""What SQL Server would be sent for work that the test database does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql import Query


@contextmanager
def sent_to(server: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """The statements of the ORM, in order, in the words of the backend of `server`, which nobody connects to."""
    found: list[str] = []
    made_by = Query.get_compiler

    def get_compiler(query: Query, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        compiler = made_by(query, using, connection, elide_empty)
        work = compiler.execute_sql

        def noted(*args: Any, **options: Any) -> Any:
            found.extend(_words(made_by(query.clone(), connection=server)))
            return work(*args, **options)

        if connection is not server:
            compiler.execute_sql = noted
        return compiler

    with mock.patch.object(Query, "get_compiler", get_compiler):
        yield found


def _words(compiler: Any) -> list[str]:
    try:
        made = compiler.as_sql()
    except EmptyResultSet:
        return []
    return [str(sql) for sql, _parameters in made] if isinstance(made, list) else [str(made[0])]
