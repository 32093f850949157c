"""The tables of a SQL Server, and what it would refuse to do to them. *Pure*.

Each refusal bears SQL Server's own error number. Where the server's rule depends on rows, our own tables count as full;
those of packages come into an empty database, which has all of a package's old migrations at once.
"""

from dataclasses import replace

from tests.sql_server.cascades import several_paths
from tests.sql_server.predicates import check_filter, columns_of
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
from tests.sql_server.tables import RefusedError, Table, check_key, dependents, excludes_null, length, rename_in

_VARIABLE = {"nvarchar", "varchar", "varbinary"}
_FILLED = ("centers_", "mappings_", "extraction_", "dentalhub_")


class Schema:
    """What has been created so far."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        # Tables, constraints and triggers share one space of names.
        self.objects: dict[str, str] = {}
        self.triggers: dict[str, CreateTrigger] = {}
        self._made_up = 0

    def table(self, name: str) -> Table:
        """Raises RefusedError where there is none."""
        if (found := self.tables.get(name.lower())) is None:
            raise RefusedError(4902, f"There is no table {name}.")
        return found

    def apply(self, statement: Statement) -> None:
        """Do it. Raises RefusedError, and has then done nothing or a part of it."""
        match statement:
            case CreateTable():
                self._create_table(statement)
            case AddColumn():
                self._add_column(statement)
            case AlterColumn():
                self._alter_column(statement)
            case DropColumn():
                self._drop_column(statement)
            case AddConstraint():
                self._add_constraint(self.table(statement.table), statement.constraint)
            case DropConstraint():
                self._drop_constraint(statement)
            case CreateIndex():
                self._create_index(statement)
            case DropIndex():
                if self.table(statement.table).indexes.pop(statement.name.lower(), None) is None:
                    raise RefusedError(3701, f"There is no index {statement.name} on {statement.table}.")
            case DropTable():
                self._drop_table(statement)
            case Rename():
                self._rename(statement)
            case CreateTrigger():
                self.table(statement.table)
                self._claim(statement.name, "trigger")
                self.triggers[statement.name.lower()] = statement
            case DropTrigger():
                if self.triggers.pop(statement.name.lower(), None) is not None:
                    del self.objects[statement.name.lower()]

    # --- tables and columns ----------------------------------------------------------------------------------------
    def _create_table(self, made: CreateTable) -> None:
        self._claim(made.table, "table")
        table = self.tables[made.table.lower()] = Table(made.table)
        for column in made.columns:
            self._place_column(table, column)
        for constraint in made.constraints:
            self._add_constraint(table, constraint)

    def _place_column(self, table: Table, column: Column) -> None:
        if column.name.lower() in table.columns:
            raise RefusedError(2705, f"{table.name} has a column {column.name} already.")
        table.columns[column.name.lower()] = column

    def _add_column(self, made: AddColumn) -> None:
        table = self.table(made.table)
        defaulted = any(isinstance(item, Default) for item in made.constraints)
        filled = table.name.startswith(_FILLED)
        if filled and not (made.column.nullable or defaulted or made.column.identity):
            raise RefusedError(4901, f"The rows of {table.name} have no value for {made.column.name}.")
        if filled and defaulted and any(isinstance(item, Unique) for item in made.constraints):
            raise RefusedError(1505, f"The rows of {table.name} would all have the same {made.column.name}.")
        self._place_column(table, made.column)
        for constraint in made.constraints:
            self._add_constraint(table, constraint)

    def _alter_column(self, made: AlterColumn) -> None:
        table = self.table(made.table)
        old = table.column(made.column.name)
        new = replace(made.column, name=old.name, identity=old.identity)
        same = replace(old, type=new.type) == new
        longer = (
            same
            and old.type.name == new.type.name
            and new.type.name in _VARIABLE
            and length(new.type) >= length(old.type)
        )
        for dependent, may_grow in dependents(self.tables.values(), table, old.name):
            if new != old and not (longer and may_grow):
                raise RefusedError(5074, f"{dependent} depends on {table.name}.{old.name}, which is altered.")
        table.columns[old.name.lower()] = new
        for index in table.indexes.values():
            check_key(table, index.name, index.columns, clustered=False)
        for unique in table.uniques():
            check_key(table, unique.name, unique.columns, clustered=unique.primary)

    def _drop_column(self, made: DropColumn) -> None:
        table = self.table(made.table)
        table.column(made.column)
        for dependent, _may_grow in dependents(self.tables.values(), table, made.column):
            raise RefusedError(5074, f"{dependent} depends on {table.name}.{made.column}, which is dropped.")
        del table.columns[made.column.lower()]

    def _drop_table(self, made: DropTable) -> None:
        table = self.table(made.table)
        for other in self.tables.values():
            for key in list(other.foreign_keys()):
                if key.table.lower() != table.name.lower() or other is table:
                    continue
                if not made.references_too:
                    raise RefusedError(3726, f"{key.name} of {other.name} refers to {table.name}.")
                self._drop_constraint(DropConstraint(other.name, key.name))
        for name in list(table.constraints):
            self.objects.pop(name, None)
        for name, trigger in list(self.triggers.items()):
            if trigger.table.lower() == table.name.lower():
                del self.triggers[name], self.objects[name]
        del self.tables[table.name.lower()], self.objects[table.name.lower()]

    def _rename(self, made: Rename) -> None:
        table = self.table(made.table)
        if not made.column:
            del self.tables[table.name.lower()], self.objects[table.name.lower()]
            self._claim(made.new, "table")
            table.name = made.new
            self.tables[made.new.lower()] = table
            return
        column = table.column(made.column)
        for dependent, _may_grow in dependents(self.tables.values(), table, column.name, only_checks=True):
            raise RefusedError(15336, f"{dependent} depends on {table.name}.{column.name}, which is renamed.")
        del table.columns[column.name.lower()]
        self._place_column(table, replace(column, name=made.new))
        rename_in(table, column.name, made.new)

    # --- constraints and indexes -----------------------------------------------------------------------------------
    def _add_constraint(self, table: Table, made: Constraint) -> None:
        name = made.name
        if not name:
            self._made_up += 1
            name = f"{type(made).__name__}__{table.name}__{self._made_up:08X}"
            made = replace(made, name=name)
        match made:
            case Unique():
                check_key(table, name, made.columns, clustered=made.primary)
                if any(table.column(column).nullable for column in made.columns):
                    raise RefusedError(
                        8111 if made.primary else 2627, f"{name} covers a column that may be NULL, unfiltered."
                    )
                if made.primary and any(item.primary for item in table.uniques()):
                    raise RefusedError(1779, f"{table.name} has a primary key already.")
            case ForeignKey():
                self._check_reference(table, made)
            case Check():
                for column in columns_of(made.condition):
                    table.column(column)
            case Default():
                table.column(made.column)
                others = (item for item in table.constraints.values() if isinstance(item, Default))
                if any(item.column.lower() == made.column.lower() for item in others):
                    raise RefusedError(1781, f"{table.name}.{made.column} has a default already.")
        self._claim(name, "constraint")
        table.constraints[name.lower()] = made
        if isinstance(made, ForeignKey):
            self._check_cascades(made)

    def _check_reference(self, table: Table, made: ForeignKey) -> None:
        other = self.table(made.table)
        keys = [tuple(column.lower() for column in unique.columns) for unique in other.uniques()]
        if tuple(column.lower() for column in made.referenced) not in keys:
            raise RefusedError(1776, f"{made.name} refers to columns of {other.name} that are no key.")
        for mine, theirs in zip(made.columns, made.referenced, strict=True):
            if table.column(mine).type != other.column(theirs).type:
                raise RefusedError(1778, f"{table.name}.{mine} is not of the type of {other.name}.{theirs}.")

    def _check_cascades(self, made: ForeignKey) -> None:
        edges = [
            (key.table.lower(), table.name.lower(), key)
            for table in self.tables.values()
            for key in table.foreign_keys()
        ]
        if found := several_paths(edges):
            raise RefusedError(1785, f"{made.name} may cause cycles or multiple cascade paths: {found}.")

    def _create_index(self, made: CreateIndex) -> None:
        table = self.table(made.table)
        if made.name.lower() in table.indexes or made.name.lower() in table.constraints:
            raise RefusedError(1913, f"{table.name} has an index {made.name} already.")
        check_key(table, made.name, made.columns, clustered=False)
        nullable = [column for column in made.columns if table.column(column).nullable]
        for column in made.include:
            table.column(column)
        filtered = check_filter(made.where) if made.where else frozenset()
        for column in filtered:
            table.column(column)
        if made.unique and nullable and not excludes_null(made, nullable):
            raise RefusedError(2601, f"{made.name} takes one NULL in {nullable[0]} only, as no other database does.")
        table.indexes[made.name.lower()] = made

    def _drop_constraint(self, made: DropConstraint) -> None:
        table = self.table(made.table)
        gone = table.constraints.get(made.name.lower())
        if gone is None:
            raise RefusedError(3728, f"{made.name} is no constraint of {table.name}.")
        if isinstance(gone, Unique):
            for other in self.tables.values():
                for key in other.foreign_keys():
                    same = {item.lower() for item in key.referenced} == {item.lower() for item in gone.columns}
                    if key.table.lower() == table.name.lower() and same:
                        raise RefusedError(3725, f"{key.name} refers to the key {gone.name}.")
        del table.constraints[made.name.lower()], self.objects[made.name.lower()]

    # --- names and dependents --------------------------------------------------------------------------------------
    def _claim(self, name: str, kind: str) -> None:
        if name.lower() in self.objects:
            raise RefusedError(2714, f"There is an object {name} already, a {self.objects[name.lower()]}.")
        self.objects[name.lower()] = kind
