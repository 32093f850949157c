"""A table of SQL Server with what belongs to it, and what is asked about a single one. *Pure*."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tests.sql_server.predicates import check_filter, columns_of
from tests.sql_server.statements import MAX, Check, Column, Constraint, CreateIndex, Default, ForeignKey, Type, Unique

NONCLUSTERED_BYTES, CLUSTERED_BYTES = 1700, 900
_BYTES = {
    "bigint": 8, "int": 4, "smallint": 2, "tinyint": 1, "bit": 1, "date": 3, "time": 5, "datetime": 8, "datetime2": 8,
    "datetimeoffset": 10, "float": 8, "real": 4, "uniqueidentifier": 16, "numeric": 17, "decimal": 17,
}  # fmt: skip


class RefusedError(Exception):
    """SQL Server would answer with this error."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"{number}: {text}")
        self.number = number


@dataclass(slots=True)
class Table:
    """A table; keys of the dicts are names in small letters, as SQL Server compares them."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    indexes: dict[str, CreateIndex] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """Raises RefusedError where there is none."""
        if (found := self.columns.get(name.lower())) is None:
            raise RefusedError(1911, f"{self.name} has no column {name}.")
        return found

    def uniques(self) -> Iterator[Unique]:
        """Primary key and unique constraints."""
        return (item for item in self.constraints.values() if isinstance(item, Unique))

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """What refers from this table to others."""
        return (item for item in self.constraints.values() if isinstance(item, ForeignKey))


def check_key(table: Table, name: str, columns: tuple[str, ...], *, clustered: bool) -> None:
    if len({column.lower() for column in columns}) < len(columns):
        raise RefusedError(1909, f"{name} names a column twice.")
    size = 0
    for column in columns:
        type_ = table.column(column).type
        if type_.size == MAX or type_.name == "xml":
            raise RefusedError(1919, f"{table.name}.{column} is {type_}, which can be no key of {name}.")
        size += length(type_)
    limit = CLUSTERED_BYTES if clustered else NONCLUSTERED_BYTES
    if size > limit:
        raise RefusedError(1946, f"The key of {name} may need {size} bytes, more than {limit}.")


def dependents(
    tables: Iterable[Table], table: Table, column: str, *, only_checks: bool = False
) -> Iterator[tuple[str, bool]]:
    """What depends on the column, each with whether a text may grow under it."""
    own = column.lower()
    for constraint in table.constraints.values():
        match constraint:
            case Check() if own in {name.lower() for name in columns_of(constraint.condition)}:
                yield constraint.name, True
            case Default() if constraint.column.lower() == own and not only_checks:
                yield constraint.name, True
            case Unique() | ForeignKey() if own in {name.lower() for name in constraint.columns} and not only_checks:
                yield constraint.name, isinstance(constraint, Unique) and not constraint.primary
    for index in table.indexes.values():
        if own in {name.lower() for name in columns_of(index.where)}:
            yield index.name, False
        elif own in {name.lower() for name in (*index.columns, *index.include)} and not only_checks:
            yield index.name, True
    for other in tables:
        for key in other.foreign_keys():
            referenced = {name.lower() for name in key.referenced}
            if key.table.lower() == table.name.lower() and own in referenced and not only_checks:
                yield key.name, False


def length(type_: Type) -> int:
    if type_.size == MAX:
        return 1 << 31
    if type_.size is None:
        return _BYTES[type_.name]
    return type_.size * (2 if type_.name.startswith("n") else 1)


def excludes_null(made: CreateIndex, nullable: list[str]) -> bool:
    """Whether the filter leaves out rows with NULL in the columns, by saying IS NOT NULL or comparing each."""
    bound = check_filter(made.where, bound=True) if made.where else frozenset()
    return {column.lower() for column in nullable} <= {name.lower() for name in bound}


def rename_in(table: Table, old: str, new: str) -> None:
    def renamed(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if column.lower() == old.lower() else column for column in columns)

    for name, constraint in table.constraints.items():
        if isinstance(constraint, Unique | ForeignKey):
            table.constraints[name] = replace(constraint, columns=renamed(constraint.columns))
        elif isinstance(constraint, Default) and constraint.column.lower() == old.lower():
            table.constraints[name] = replace(constraint, column=new)
    for name, index in table.indexes.items():
        table.indexes[name] = replace(index, columns=renamed(index.columns), include=renamed(index.include))
