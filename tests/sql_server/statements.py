"""The statements of T-SQL that make and change tables, as far as migrations use them. *Pure*."""

from dataclasses import dataclass
from typing import TypeAlias

MAX = -1


@dataclass(frozen=True, slots=True)
class Type:
    """A column's type; `size` is in characters or bytes as T-SQL writes it, MAX for `(max)`, None where it has none."""

    name: str
    size: int | None = None

    def __str__(self) -> str:
        size = {None: "", MAX: "(max)"}.get(self.size, f"({self.size})")
        return f"{self.name}{size}"


@dataclass(frozen=True, slots=True)
class Unique:
    """PRIMARY KEY or UNIQUE as a constraint; an empty name is one that the server makes up."""

    name: str
    columns: tuple[str, ...]
    primary: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference; `actions` are the words behind ON DELETE and ON UPDATE, empty where nothing is said."""

    name: str
    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]
    on_delete: str = ""
    on_update: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK with its condition as it was written."""

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Default:
    """A DEFAULT of a column."""

    name: str
    column: str


Constraint: TypeAlias = Unique | ForeignKey | Check | Default


@dataclass(frozen=True, slots=True)
class Column:
    """A column as CREATE TABLE, ADD and ALTER COLUMN describe it, without its constraints."""

    name: str
    type: Type
    nullable: bool = True
    identity: bool = False
    collation: str = ""


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE TABLE with all constraints, also those that stood behind a column."""

    table: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class AddColumn:
    """ALTER TABLE ... ADD a column."""

    table: str
    column: Column
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """ALTER TABLE ... ALTER COLUMN."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class DropColumn:
    """ALTER TABLE ... DROP COLUMN."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """ALTER TABLE ... ADD CONSTRAINT, or ADD DEFAULT ... FOR."""

    table: str
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """ALTER TABLE ... DROP CONSTRAINT."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """CREATE INDEX; `where` is the text of its filter."""

    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool = False
    include: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class DropIndex:
    """DROP INDEX ... ON."""

    name: str
    table: str


@dataclass(frozen=True, slots=True)
class DropTable:
    """DROP TABLE; `references_too` where the batch drops the foreign keys that lead to it first."""

    table: str
    references_too: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """sp_rename of a table, or of a column where one is named."""

    table: str
    new: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class CreateTrigger:
    """CREATE TRIGGER; `body` is what stands behind AS."""

    name: str
    table: str
    events: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class DropTrigger:
    """DROP TRIGGER IF EXISTS."""

    name: str


Statement: TypeAlias = (
    CreateTable
    | AddColumn
    | AlterColumn
    | DropColumn
    | AddConstraint
    | DropConstraint
    | CreateIndex
    | DropIndex
    | DropTable
    | Rename
    | CreateTrigger
    | DropTrigger
)
