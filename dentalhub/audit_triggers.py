"""The triggers that refuse to change the audit trail, for both databases. *Pure*; migrations carry them out.

Events come only behind the last one, are never deleted, and change in one way only: their content is erased when
`AuditErasure` says that its time is over. Whoever may drop triggers is stopped by none of them; `verify_audit` finds
what such a person did. A migration that alters one of the two tables on SQLite makes it anew, without triggers, and
calls `create_statements` again.
"""

# ruff: noqa: S608  the names are ours

EVENT = "dentalhub_audit_event"
HEAD = "dentalhub_audit_head"
ERASURE = "dentalhub_audit_erasure"

NO_DELETE = "The audit trail refuses DELETE."
NO_UPDATE = "The audit trail refuses UPDATE."
NO_INSERT = "The audit trail takes events only at its end."
HEAD_GUARD = "The end of the audit trail only moves on."

_KEPT = ("sequence", "at", "kind", "region", "action", "digest", "key_id", "previous", "hash")

_SQLITE_SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _KEPT)
_SQLITE = {
    "audit_event_no_delete": f"""CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON {EVENT}
BEGIN SELECT RAISE(ABORT, '{NO_DELETE}'); END""",
    "audit_event_no_update": f"""CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON {EVENT}
WHEN NOT (OLD.erased = 0 AND NEW.erased = 1 AND {_SQLITE_SAME}
    AND NEW.actor_id IS NULL AND NEW.actor_name = '' AND NEW.target = '' AND NEW.origin = ''
    AND NEW.details = '{{}}' AND length(NEW.salt) = 0
    AND EXISTS (SELECT 1 FROM {ERASURE} AS e WHERE e.kind = OLD.kind AND OLD.at < e.before))
BEGIN SELECT RAISE(ABORT, '{NO_UPDATE}'); END""",
    # Also against INSERT OR REPLACE, which deletes without asking the triggers.
    "audit_event_at_end": f"""CREATE TRIGGER audit_event_at_end BEFORE INSERT ON {EVENT}
WHEN NEW.sequence <= (SELECT max(sequence) FROM {EVENT})
BEGIN SELECT RAISE(ABORT, '{NO_INSERT}'); END""",
    "audit_head_no_delete": f"""CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON {HEAD}
BEGIN SELECT RAISE(ABORT, '{HEAD_GUARD}'); END""",
    "audit_head_moves_on": f"""CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON {HEAD}
WHEN NEW.id <> OLD.id OR NEW.sequence < OLD.sequence
BEGIN SELECT RAISE(ABORT, '{HEAD_GUARD}'); END""",
}

# Byte for byte: a collation may take A for a, and a blank at the end for nothing.
_SQL_SERVER_SAME = " AND ".join(
    f"CONVERT(varbinary(max), n.[{column}]) = CONVERT(varbinary(max), o.[{column}])" for column in _KEPT
)
_SQL_SERVER = {
    "audit_event_guard": f"""CREATE TRIGGER audit_event_guard ON [{EVENT}] AFTER UPDATE, DELETE AS
BEGIN
    SET NOCOUNT ON;
    IF NOT EXISTS (SELECT 1 FROM deleted) BEGIN RETURN; END
    IF NOT EXISTS (SELECT 1 FROM inserted) BEGIN THROW 51001, '{NO_DELETE}', 1; END
    IF (SELECT COUNT_BIG(*) FROM inserted) <> (SELECT COUNT_BIG(*) FROM deleted) OR EXISTS (
        SELECT 1 FROM deleted AS o LEFT JOIN inserted AS n ON n.[sequence] = o.[sequence]
        WHERE n.[sequence] IS NULL OR NOT (o.[erased] = 0 AND n.[erased] = 1 AND {_SQL_SERVER_SAME}
            AND n.[actor_id] IS NULL AND DATALENGTH(n.[actor_name]) = 0 AND DATALENGTH(n.[target]) = 0
            AND DATALENGTH(n.[origin]) = 0 AND n.[details] = N'{{}}' AND DATALENGTH(n.[salt]) = 0
            AND EXISTS (SELECT 1 FROM [{ERASURE}] AS e WHERE e.[kind] = o.[kind] AND o.[at] < e.[before])))
        BEGIN THROW 51002, '{NO_UPDATE}', 1; END
END""",
    "audit_event_at_end": f"""CREATE TRIGGER audit_event_at_end ON [{EVENT}] AFTER INSERT AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM inserted AS n WHERE EXISTS (
        SELECT 1 FROM [{EVENT}] AS o WHERE o.[sequence] > n.[sequence]
            AND NOT EXISTS (SELECT 1 FROM inserted AS m WHERE m.[sequence] = o.[sequence])))
        BEGIN THROW 51003, '{NO_INSERT}', 1; END
END""",
    "audit_head_guard": f"""CREATE TRIGGER audit_head_guard ON [{HEAD}] AFTER UPDATE, DELETE AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM deleted AS o LEFT JOIN inserted AS n ON n.[id] = o.[id]
        WHERE n.[id] IS NULL OR n.[sequence] < o.[sequence])
        BEGIN THROW 51004, '{HEAD_GUARD}', 1; END
END""",
}
_TRIGGERS = {"sqlite": _SQLITE, "microsoft": _SQL_SERVER}


def create_statements(vendor: str) -> list[str]:
    """One CREATE TRIGGER each, for the vendor of a Django connection. Raises KeyError for another database."""
    return list(_TRIGGERS[vendor].values())


def drop_statements(vendor: str) -> list[str]:
    """One DROP TRIGGER each, harmless where there is none."""
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS[vendor]]


def names(vendor: str) -> frozenset[str]:
    """The triggers that there should be."""
    return frozenset(_TRIGGERS[vendor])


def present_query(vendor: str) -> str:
    """SELECT with the names of all triggers that are there and switched on."""
    if vendor == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return "SELECT name FROM sys.triggers WHERE is_disabled = 0"
