"""The database itself refuses to change the audit trail."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, models, transaction

from dentalhub.audit import record
from dentalhub.audit_models import AuditErasure, AuditError, AuditEvent, AuditHead
from dentalhub.audit_triggers import create_statements, drop_statements, names, present_query
from dentalhub.audit_verification import verify
from tests.frame.audit_forgery import sql, write_events

ERASE = (
    "UPDATE dentalhub_audit_event SET erased = 1, actor_id = NULL, actor_name = '', target = '', origin = '',"
    " details = '{}', salt = X'' WHERE sequence = 3"
)


@pytest.fixture
def guarded(db: None) -> Iterator[None]:
    """A trail with its triggers, as every database but that of the tests has them."""
    write_events()
    run(create_statements("sqlite"))
    yield
    run(drop_statements("sqlite"))


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        sql(statement)
    return str(caught.value)


def test_database_takes_new_events_only(guarded: None) -> None:
    columns = ", ".join(str(field.column) for field in AuditEvent._meta.concrete_fields[1:])
    copy = f"SELECT %s, {columns} FROM dentalhub_audit_event WHERE sequence = 9"  # noqa: S608
    insert = f"INTO dentalhub_audit_event (sequence, {columns}) {copy}"
    before = list(AuditEvent.objects.order_by("sequence").values_list())
    assert refused("DELETE FROM dentalhub_audit_event") == "The audit trail refuses DELETE."
    for field in AuditEvent._meta.concrete_fields:
        statement = f"UPDATE dentalhub_audit_event SET {field.column} = 1 WHERE sequence = 3"  # noqa: S608
        assert refused(statement) == "The audit trail refuses UPDATE."
    text = "The audit trail takes events only at its end."
    assert refused(f"INSERT OR REPLACE {insert}" % 9) == text
    assert refused(f"INSERT {insert}" % -1) == text
    for statement in ("DELETE FROM dentalhub_audit_head", "UPDATE dentalhub_audit_head SET sequence = 2"):
        assert refused(statement) == "The end of the audit trail only moves on."
    assert list(AuditEvent.objects.order_by("sequence").values_list()) == before
    record(None, "run.requested", "run 9")
    assert verify().finding is None


def test_database_erases_content_only_when_its_time_is_over(guarded: None) -> None:
    assert refused(ERASE) == "The audit trail refuses UPDATE."
    event = AuditEvent.objects.get(sequence=3)
    AuditErasure.objects.create(kind=event.kind, before=event.at)
    assert refused(ERASE) == "The audit trail refuses UPDATE."
    AuditErasure.objects.filter(kind=event.kind).update(before=event.at + dt.timedelta(microseconds=1))
    for more in ("region = 'x'", "at = '2026-01-01'", "hash = X'00'"):
        assert refused(ERASE.replace("erased = 1", f"erased = 1, {more}")) == "The audit trail refuses UPDATE."
    for part, other in (("actor_name = ''", "actor_name = 'x'"), ("X''", "X'00'"), ("'{}'", "'{\"a\":1}'")):
        assert refused(ERASE.replace(part, other)) == "The audit trail refuses UPDATE."
    sql(ERASE)
    assert AuditEvent.objects.get(sequence=3).erased is True
    assert refused(ERASE) == "The audit trail refuses UPDATE."


def test_code_changes_no_event(db: None) -> None:
    event = record(None, "run.requested", "run 9")
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(target="x"),
        lambda: AuditEvent.objects.filter(pk=1).update(target="x"),
    ):
        with pytest.raises(AuditError):
            attempt()
    assert not admin.site.is_registered(AuditEvent)


def test_sql_server_gets_the_same_triggers() -> None:
    statements = create_statements("microsoft")
    assert len(statements) == len(names("microsoft")) == 3
    event, at_end, head = statements
    assert event.startswith(
        "CREATE TRIGGER audit_event_guard ON [dentalhub_audit_event] AFTER UPDATE, DELETE AS\nBEGIN"
    )
    assert "THROW 51001, 'The audit trail refuses DELETE.', 1;" in event
    assert "THROW 51002, 'The audit trail refuses UPDATE.', 1;" in event
    for column in ("sequence", "at", "kind", "region", "action", "digest", "key_id", "previous", "hash"):
        assert f"CONVERT(varbinary(max), n.[{column}]) = CONVERT(varbinary(max), o.[{column}])" in event
    assert "AFTER INSERT" in at_end
    assert "ON [dentalhub_audit_head] AFTER UPDATE, DELETE" in head
    assert [text.split().count("BEGIN") for text in statements] == [4, 2, 2]
    assert [text.split().count("END") for text in statements] == [4, 2, 2]
    assert drop_statements("microsoft") == [
        "DROP TRIGGER IF EXISTS audit_event_guard",
        "DROP TRIGGER IF EXISTS audit_event_at_end",
        "DROP TRIGGER IF EXISTS audit_head_guard",
    ]
    assert present_query("microsoft") == "SELECT name FROM sys.triggers WHERE is_disabled = 0"


def test_columns_of_the_triggers_are_all_columns(db: None) -> None:
    """A column that is added has to be told to the triggers."""
    erasable = {"actor_id", "actor_name", "target", "origin", "details", "salt", "erased"}
    kept = {"sequence", "at", "kind", "region", "action", "digest", "key_id", "previous", "hash"}
    assert {field.column for field in AuditEvent._meta.concrete_fields} == kept | erasable
    # A number that the database gave would have gaps, and SQL Server could not return it from a table with triggers.
    assert type(AuditEvent._meta.pk) is models.BigIntegerField
    assert AuditHead.objects.count() == 1
