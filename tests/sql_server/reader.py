"""Reads the T-SQL of migrations as strictly as SQL Server does. *Pure*.

sqlglot, which the sandbox uses for queries, takes nearly everything for a table's definition. Here a statement has one
of few forms, each word of it is expected, and whatever else comes is UnreadableError.
"""

import re

from tests.sql_server.cursor import Cursor
from tests.sql_server.statements import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    Check,
    Column,
    Constraint,
    CreateIndex,
    CreateTable,
    CreateTrigger,
    Default,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    DropTrigger,
    ForeignKey,
    Rename,
    Statement,
    Unique,
)

_ACTIONS = {("NO", "ACTION"), ("CASCADE",), ("SET", "NULL"), ("SET", "DEFAULT")}
# mssql-django drops a table with the foreign keys that lead to it in one batch.
_DROP_WITH_REFERENCES = re.compile(
    r"\s*DECLARE @sql_foreign_constraint_name nvarchar\(128\)\s+DECLARE @sql_drop_constraint nvarchar\(300\)\s+WHILE .*"
    r"object_id\('(?P<first>\[\w+\])'\).*\bDROP TABLE (?P<table>\[\w+\])\s*",
    re.DOTALL,
)


def read(sql: str) -> Statement:
    """The one statement in `sql`. Raises UnreadableError."""
    if (batch := _DROP_WITH_REFERENCES.fullmatch(sql)) is not None and batch["first"] == batch["table"]:
        return DropTable(batch["table"][1:-1], references_too=True)
    return _Reader(sql).statement()


class _Reader(Cursor):
    # --- statements ------------------------------------------------------------------------------------------------
    def statement(self) -> Statement:
        made = self._statement()
        self.has(";")
        if self.here.kind != "end":
            raise self.fail()
        return made

    def _statement(self) -> Statement:
        if self.has("CREATE", "TABLE"):
            return self._create_table()
        if self.has("CREATE", "UNIQUE", "INDEX"):
            return self._index(unique=True)
        if self.has("CREATE", "INDEX"):
            return self._index(unique=False)
        if self.has("CREATE", "TRIGGER"):
            return self._trigger()
        if self.has("ALTER", "TABLE"):
            return self._alter(self.name())
        if self.has("DROP", "INDEX"):
            name = self.name()
            self.need("ON")
            return DropIndex(name, self.name())
        if self.has("DROP", "TABLE"):
            return DropTable(self.name())
        if self.has("DROP", "TRIGGER", "IF", "EXISTS"):
            return DropTrigger(self.name())
        if self.has("EXEC", "SP_RENAME"):
            return self._rename()
        raise self.fail()

    def _create_table(self) -> CreateTable:
        table = self.name()
        columns: list[Column] = []
        constraints: list[Constraint] = []
        self.need("(")
        while True:
            if (constraint := self._constraint()) is not None:
                constraints.append(constraint)
            else:
                column, own = self._column()
                columns.append(column)
                constraints.extend(own)
            if not self.has(","):
                break
        self.need(")")
        return CreateTable(table, tuple(columns), tuple(constraints))

    def _alter(self, table: str) -> Statement:
        if self.has("ALTER", "COLUMN"):
            name, type_ = self.name(), self.type()
            collation = self.name() if self.has("COLLATE") else ""
            nullable = not self.has("NOT", "NULL")
            if nullable:
                self.has("NULL")
            return AlterColumn(table, Column(name, type_, nullable, collation=collation))
        if self.has("DROP", "COLUMN"):
            return DropColumn(table, self.name())
        if self.has("DROP", "CONSTRAINT"):
            return DropConstraint(table, self.name())
        self.need("ADD")
        if self.has("DEFAULT"):
            self.value()
            self.need("FOR")
            return AddConstraint(table, Default("", self.name()))
        if (constraint := self._constraint()) is not None:
            return AddConstraint(table, constraint)
        column, constraints = self._column()
        return AddColumn(table, column, tuple(constraints))

    def _index(self, *, unique: bool) -> CreateIndex:
        name = self.name()
        self.need("ON")
        table, columns = self.name(), self.names()
        include = self.names() if self.has("INCLUDE") else ()
        where = ""
        if self.has("WHERE"):
            where = self.sql[self.here.begin :].strip().rstrip(";")
            self.place = len(self.tokens)
        return CreateIndex(name, table, columns, unique, include, where)

    def _trigger(self) -> CreateTrigger:
        name = self.name()
        self.need("ON")
        table = self.name()
        self.need("AFTER")
        events = []
        while True:
            event = self.take().word
            if event not in {"INSERT", "UPDATE", "DELETE"}:
                raise self.fail()
            events.append(event)
            if not self.has(","):
                break
        self.need("AS")
        body = self.sql[self.here.begin :]
        self.place = len(self.tokens)
        return CreateTrigger(name, table, tuple(events), body)

    def _rename(self) -> Rename:
        token = self.take()
        self.need(",")
        if token.kind == "name":
            return Rename(token.text, self.name())
        if (match := re.fullmatch(r"'\[(\w+)\]\.\[(\w+)\]'", token.text)) is None:
            raise self.fail()
        new = self.name()
        self.need(",")
        if self.take().text != "'COLUMN'":
            raise self.fail()
        return Rename(match[1], new, match[2])

    # --- their parts -----------------------------------------------------------------------------------------------
    def _constraint(self) -> Constraint | None:
        """A constraint of the table, or None when a column comes."""
        if not self.has("CONSTRAINT"):
            return None
        name = self.name()
        if self.has("UNIQUE"):
            return Unique(name, self.names())
        if self.has("PRIMARY", "KEY"):
            return Unique(name, self.names(), primary=True)
        if self.has("CHECK"):
            return Check(name, self.parenthesized())
        if self.has("FOREIGN", "KEY"):
            columns = self.names()
            self.need("REFERENCES")
            table, referenced = self.name(), self.names()
            on_delete = self._action() if self.has("ON", "DELETE") else ""
            on_update = self._action() if self.has("ON", "UPDATE") else ""
            return ForeignKey(name, columns, table, referenced, on_delete, on_update)
        raise self.fail()

    def _action(self) -> str:
        action = next((words for words in _ACTIONS if self.has(*words)), None)
        if action is None:
            raise self.fail()
        return " ".join(action)

    def _column(self) -> tuple[Column, list[Constraint]]:
        name, type_ = self.name(), self.type()
        nullable, identity = True, False
        constraints: list[Constraint] = []
        while True:
            if self.has("NOT", "NULL"):
                nullable = False
            elif self.has("NULL"):
                nullable = True
            elif self.has("WITH", "VALUES"):
                pass
            elif self.has("IDENTITY"):
                self.parenthesized()
                identity = True
            elif self.has("PRIMARY", "KEY"):
                constraints.append(Unique("", (name,), primary=True))
            elif self.has("UNIQUE"):
                constraints.append(Unique("", (name,)))
            elif self.has("DEFAULT"):
                self.value()
                constraints.append(Default("", name))
            elif self.has("CHECK"):
                constraints.append(Check("", self.parenthesized()))
            elif self.has("CONSTRAINT"):
                own = self.name()
                self.need("CHECK")
                constraints.append(Check(own, self.parenthesized()))
            else:
                return Column(name, type_, nullable, identity), constraints
