"""What somebody with every right in the database, but without the key, can do to the audit trail by SQL."""

# ruff: noqa: S608  the statements are made of names of ours

import hashlib
import random
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection

from dentalhub.audit import record
from dentalhub.audit_chain import head_seal, link_hash
from dentalhub.audit_models import AuditEvent
from dentalhub.audit_problems import Problem

EVENTS = 40
TABLE = "dentalhub_audit_event"
HEAD = "dentalhub_audit_head"
COLUMNS = (
    *("sequence", "at", "kind", "region", "action", "actor_id", "actor_name", "target", "origin", "details", "erased"),
    *("salt", "digest", "key_id", "previous", "hash"),
)
# The key that such a person makes up.
FORGED = b"guessed"


def write_events() -> None:
    """A trail to forge."""
    for number in range(EVENTS):
        record(
            None,
            "center.paused" if number % 2 else "run.requested",
            f"centers.center:c{number}",
            region="nord",
            n=number,
        )


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bytes | memoryview):
        changed = bytearray(bytes(value))
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if isinstance(value, int):
        return value + chance.randrange(1, 9)
    return f"{value}x" if value else "x"


def change(chance: random.Random) -> None:
    """One field of one event."""
    number, column = chance.randrange(1, EVENTS + 1), chance.choice(COLUMNS[1:])
    if column == "actor_id":
        return sql(f"UPDATE {TABLE} SET actor_id = 7 WHERE sequence = %s", number)
    if column == "erased":
        return sql(f"UPDATE {TABLE} SET erased = 1 WHERE sequence = %s", number)
    if column == "details":
        return sql(f"UPDATE {TABLE} SET details = '{{\"n\": 99}}' WHERE sequence = %s", number)
    if column == "at":
        return sql(f"UPDATE {TABLE} SET at = '2026-01-01 00:00:00.000001' WHERE sequence = %s", number)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {TABLE} WHERE sequence = %s", [number])
        value = _other(cursor.fetchone()[0], chance)
    return sql(f"UPDATE {TABLE} SET {column} = %s WHERE sequence = %s", value, number)


def erase(chance: random.Random) -> None:
    """The content of one event, as if its time was over, with the row that the triggers ask."""
    number = chance.randrange(1, EVENTS + 1)
    sql("INSERT INTO dentalhub_audit_erasure (kind, before) VALUES ('run', '2999-01-01')")
    sql(
        f"UPDATE {TABLE} SET erased = 1, actor_id = NULL, actor_name = '', target = '', origin = '', details = '{{}}',"
        " salt = %s WHERE sequence = %s",
        b"",
        number,
    )


def delete(chance: random.Random) -> None:
    """One event or several in the middle."""
    first = chance.randrange(1, EVENTS)
    sql(f"DELETE FROM {TABLE} WHERE sequence BETWEEN %s AND %s", first, min(EVENTS - 1, first + chance.randrange(3)))


def delete_and_close(chance: random.Random) -> None:
    """One event, and the later ones move up."""
    number = chance.randrange(1, EVENTS)
    sql(f"DELETE FROM {TABLE} WHERE sequence = %s", number)
    for later in range(number + 1, EVENTS + 1):
        sql(f"UPDATE {TABLE} SET sequence = %s WHERE sequence = %s", later - 1, later)
    sql(f"UPDATE {HEAD} SET sequence = %s", EVENTS - 1)


def insert(chance: random.Random) -> None:
    """A copy of an event, somewhere; the later ones make room."""
    at, source = chance.randrange(1, EVENTS + 2), chance.randrange(1, EVENTS + 1)
    columns = ", ".join(COLUMNS[1:])
    sql(f"INSERT INTO {TABLE} (sequence, {columns}) SELECT 999, {columns} FROM {TABLE} WHERE sequence = %s", source)
    for later in range(EVENTS, at - 1, -1):
        sql(f"UPDATE {TABLE} SET sequence = %s WHERE sequence = %s", later + 1, later)
    sql(f"UPDATE {TABLE} SET sequence = %s, target = 'centers.center:forged' WHERE sequence = 999", at)


def swap(chance: random.Random) -> None:
    """Two events change places."""
    one, other = chance.sample(range(1, EVENTS + 1), 2)
    for former, later in ((one, 999), (other, one), (999, other)):
        sql(f"UPDATE {TABLE} SET sequence = %s WHERE sequence = %s", later, former)


def cut_off(chance: random.Random) -> None:
    """The last events; the head is left, set back, or deleted."""
    last = EVENTS - chance.randrange(1, 6)
    sql(f"DELETE FROM {TABLE} WHERE sequence > %s", last)
    way = chance.randrange(3)
    if way == 1:
        event = AuditEvent.objects.get(sequence=last)
        sql(f"UPDATE {HEAD} SET sequence = %s, hash = %s", last, bytes(event.hash))
    elif way == 2:
        sql(f"DELETE FROM {HEAD}")


def compute_anew(chance: random.Random) -> None:
    """Change one event and compute all hashes from there on, with a key that is not ours."""
    first = chance.randrange(1, EVENTS + 1)
    sql(f"UPDATE {TABLE} SET target = 'centers.center:forged' WHERE sequence = %s", first)
    previous: bytes | None = None
    for event in AuditEvent.objects.filter(sequence__gte=first).order_by("sequence"):
        event.previous = previous or event.previous
        event.digest = hashlib.sha256(b"made up").digest()
        previous = link_hash(FORGED, event.link)
        sql(
            f"UPDATE {TABLE} SET previous = %s, digest = %s, hash = %s WHERE sequence = %s",
            bytes(event.previous),
            bytes(event.digest),
            previous,
            event.sequence,
        )
    sql(f"UPDATE {HEAD} SET hash = %s, seal = %s", previous, head_seal(FORGED, EVENTS, previous or b""))


# What each way may be called: forgeries look alike where the forger leaves the same traces.
WAYS: Mapping[Callable[[random.Random], None], frozenset[Problem]] = {
    change: frozenset({Problem.CHANGED, Problem.ERASED, Problem.UNKNOWN_KEY, Problem.INSERTED}),
    erase: frozenset({Problem.ERASED}),
    delete: frozenset({Problem.MISSING}),
    delete_and_close: frozenset({Problem.REORDERED}),
    insert: frozenset({Problem.INSERTED}),
    swap: frozenset({Problem.REORDERED}),
    cut_off: frozenset({Problem.CUT_OFF, Problem.NO_END}),
    compute_anew: frozenset({Problem.CHANGED}),
}
