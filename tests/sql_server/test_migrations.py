"""Every migration, as mssql-django sends it to a SQL Server 2022: each statement is read, and done to tables of ours.

The stand-in refuses bad syntax, unknown and doubled names, keys that are too long, columns that something depends on,
and foreign keys that may cascade on several ways (`test_refusals` shows that it does). What it cannot show: that a real
server agrees. `DENTALHUB_TEST_SERVER` is for the sources; nobody has run these on a SQL Server yet.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from mssql.base import DatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from dentalhub.audit_triggers import names
from tests.sql_server.cascades import several_paths
from tests.sql_server.reader import read
from tests.sql_server.schema import Schema
from tests.sql_server.server import Server, sql_server
from tests.sql_server.statements import MAX, Type

OURS = ("dentalhub", "centers", "mappings", "extraction")


@pytest.fixture(scope="module")
def migrated(django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Server, DatabaseWrapper]]:
    """A SQL Server that went through all migrations."""
    with django_db_blocker.unblock(), sql_server() as (server, connection):
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        yield server, connection


def our_models() -> list[type[models.Model]]:
    """Every model with a table, also those between two others."""
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def test_every_migration_is_taken(migrated: tuple[Server, DatabaseWrapper]) -> None:
    server, connection = migrated
    graph = MigrationExecutor(connection).loader.graph
    noted = [sql for sql in server.sent if sql.startswith("SET NOCOUNT ON INSERT INTO [django_migrations]")]
    # The stand-in keeps no rows, so the loader sees none applied; it was told of each.
    assert len(noted) == len(graph.nodes)
    assert {app for app, _name in graph.nodes} >= set(OURS)


def test_tables_are_those_of_the_models(migrated: tuple[Server, DatabaseWrapper]) -> None:
    server, _connection = migrated
    expected = {model._meta.db_table for model in our_models()} | {"django_migrations"}
    assert {table.name for table in server.schema.tables.values()} == expected


def column_type(text: str) -> Type:
    made = read(f"ALTER TABLE [t] ALTER COLUMN [c] {text}")
    return made.column.type  # type: ignore[union-attr]


def test_columns_are_those_of_the_models(migrated: tuple[Server, DatabaseWrapper]) -> None:
    server, connection = migrated
    for model in our_models():
        table = server.schema.table(model._meta.db_table)
        made = {column.name: (column.type, column.nullable, column.identity) for column in table.columns.values()}
        wanted = {}
        for field in model._meta.local_concrete_fields:
            kind = column_type(str(field.db_type(connection)))
            wanted[field.column] = (kind, field.null, isinstance(field, models.AutoField | models.BigAutoField))
        if model._meta.auto_created:
            # Old migrations know nothing of the app's own kind of numbers; on every database these are bigint.
            wanted["id"] = made["id"]
        assert made == wanted, model


def test_constraints_and_indexes_are_those_of_the_models(migrated: tuple[Server, DatabaseWrapper]) -> None:
    server, _connection = migrated
    for model in our_models():
        table = server.schema.table(model._meta.db_table)
        made = set(table.constraints) | set(table.indexes)
        named = {item.name.lower() for item in (*model._meta.constraints, *model._meta.indexes)}
        assert named <= made, model
        keys = {key.columns[0]: key.table for key in table.foreign_keys()}
        references = [field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]
        bound = {
            field.column: field.related_model._meta.db_table
            for field in references
            if field.db_constraint  # type: ignore[attr-defined]
        }
        assert keys == bound, model


def test_no_foreign_key_cascades_in_the_database(migrated: tuple[Server, DatabaseWrapper]) -> None:
    """Django deletes row by row; a table reached on two ways by cascades would be error 1785."""
    schema: Schema = migrated[0].schema
    edges = [(key.table, table.name, key) for table in schema.tables.values() for key in table.foreign_keys()]
    assert len(edges) > 50
    assert {(key.on_delete, key.on_update) for _parent, _child, key in edges} == {("", "")}
    assert several_paths(edges) == ""


def test_patient_ids_are_compared_exactly(migrated: tuple[Server, DatabaseWrapper]) -> None:
    """SQL Server alters a column to the collation of the database unless each statement says another one."""
    table = migrated[0].schema.table("extraction_chartentry")
    assert table.column("patient_id").collation == "Latin1_General_100_BIN2"


def test_long_texts_stand_in_no_index(migrated: tuple[Server, DatabaseWrapper]) -> None:
    schema: Schema = migrated[0].schema
    long = {
        (table.name, column.name)
        for table in schema.tables.values()
        for column in table.columns.values()
        if column.type.size == MAX
    }
    indexed = {
        (table.name, column)
        for table in schema.tables.values()
        for columns in (item.columns for items in (table.indexes.values(), table.uniques()) for item in items)
        for column in columns
    }
    assert len(long) > 20
    assert long & indexed == set()


def test_audit_trail_has_its_triggers(migrated: tuple[Server, DatabaseWrapper]) -> None:
    assert set(migrated[0].schema.triggers) == names("microsoft")


def test_no_migration_of_ours_brings_sql_of_one_database() -> None:
    """RunSQL would be the same text for both; what differs stands in a function that asks for the vendor."""
    nodes = MigrationLoader(None).graph.nodes
    operations = [operation for (app, _name), made in nodes.items() if app in OURS for operation in made.operations]
    assert sum(isinstance(operation, migrations.RunPython) for operation in operations) > 10
    assert [operation for operation in operations if isinstance(operation, migrations.RunSQL)] == []
