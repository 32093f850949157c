"""Many rows in one prepared statement: the one place where results are written past the ORM's objects.

No model instance is made for rows that nobody looks at. All names come from the models.
"""
# ruff: noqa: S608 # names come from the models' own fields, values are parameters

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import connections, models, router

Row = Sequence[Any]
# SQL Server takes 2,100 in a statement, and SQLite 999 where it is old.
MOST_PARAMETERS = 900


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert `rows`, whose values are in the order of `fields` and as the database takes them (`database_value`).

    Many rows to a statement: fewer round trips to a server; and SQLite's driver gives way to the threads that read
    with each statement, which is too often with each row.
    """
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, name)) for name in fields)
    row_marks = f"({', '.join(['%s'] * len(fields))})"
    together = min(MOST_PARAMETERS // len(fields), len(rows))
    last = len(rows) - len(rows) % together
    with connection.cursor() as cursor:
        for count, some in ((together, rows[:last]), (len(rows) - last, rows[last:])):
            if some:
                marks = ", ".join([row_marks] * count)
                sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {marks}"
                cursor.executemany(sql, _joined(some, count))


def _joined(rows: Sequence[Row], count: int) -> list[list[Any]]:
    """The values of `count` rows after each other, for all rows."""
    return [list(chain.from_iterable(rows[start : start + count])) for start in range(0, len(rows), count)]


def update_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Row], *, added: Sequence[str] = ()
) -> None:
    """Update by key: each row has the values of `fields`, then what is added to the numbers `added`, then the key."""
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    changes = [f"{quote(_column(model, name))} = %s" for name in fields]
    changes += [f"{quote(_column(model, name))} = {quote(_column(model, name))} + %s" for name in added]
    key = quote(_column(model, "pk"))
    sql = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(changes)} WHERE {key} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def database_value(model: type[models.Model], field: str, value: object) -> Any:
    """`value` as the engine of this model's database takes it: dates and moments differ between them."""
    connection = connections[router.db_for_write(model)]
    return _field(model, field).get_db_prep_save(value, connection)


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, model._meta.pk.name if name == "pk" else name).column)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, models.Field)  # noqa: S101 # our own models' columns; said to the type checker
    return found
