"""One small practice per way of writing dates, delete flags, patient ids and kinds of insurance. *Pure*.

Every practice holds the same rows, so that what is read must be the same too, whatever their form.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from dentalhub.sandbox.source_model import ColumnSpec, Row, SourceSpec, TableSpec, Value
from mappings.document import DeleteFlag, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, PatientIdForm

FRIDAY = dt.date(2026, 11, 20)
_DAYS = {"before": dt.date(2026, 11, 19), "wanted": FRIDAY, "after": dt.date(2026, 11, 21)}
_FIELDS = {
    "KARTEI": ("ID", "PATNR", "DATUM", "BEMERKUNG", "DELKZ"),
    "LEISTUNG": ("ID", "PATIENTID", "DATUM", "LEISTUNG", "DELKZ"),
    "PATKASSE": ("ID", "PATNR", "KASSENID", "DELKZ"),
    "KASSEN": ("ID", "NAME", "ART", "DELKZ"),
}


@dataclass(frozen=True)
class Dates:
    """A form of dates; `undated`: values that are none, each of which one chart row has."""

    form: DateFormat
    column: ColumnSpec
    write: Callable[[dt.date], Value]
    undated: tuple[Value, ...] = (None,)


@dataclass(frozen=True)
class Flags:
    """A form of delete flags: each of the `alive` and `dead` values is that of a chart row."""

    flag: DeleteFlag
    column: ColumnSpec
    alive: tuple[Value, ...]
    dead: tuple[Value, ...]


@dataclass(frozen=True)
class Keys:
    """How KARTEI, PATKASSE and LEISTUNG write the patients 50012 and 50034; `text` is how they are landed."""

    form: PatientIdForm | None
    columns: tuple[ColumnSpec, ColumnSpec, ColumnSpec]
    write: Callable[[int, ColumnSpec], Value]
    text: Callable[[int], str] = str


@dataclass(frozen=True)
class Kinds:
    """How a private and a statutory insurer are marked, and what the mapping says about it."""

    private: Value = "P"
    statutory: Value = "4"
    codes: tuple[tuple[str, str], ...] = (("P", "PKV"),)
    column: ColumnSpec = field(default_factory=lambda: ColumnSpec("", "varchar", 10))


def int_date(day: dt.date) -> int:
    """20261120."""
    return int(f"{day:%Y%m%d}")


def seconds(day: dt.date) -> int:
    """Midnight UTC of the day."""
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


INT = ColumnSpec("", "int")
STANDARD_DATES = Dates(DateFormat.INT, INT, int_date, (None, 0, 20240231))
STANDARD_FLAGS = Flags(DeleteFlag(("0",), True), INT, (0, None), (1,))
STANDARD_KEYS = Keys(PatientIdForm.INTEGER, (INT, INT, INT), lambda number, _column: number)


@dataclass(frozen=True)
class Practice:
    """One combination; `name` is its schema."""

    name: str
    dates: Dates = STANDARD_DATES
    flags: Flags = STANDARD_FLAGS
    keys: Keys = STANDARD_KEYS
    kinds: Kinds = field(default_factory=Kinds)

    @property
    def mapping(self) -> MappingDocument:
        """The mapping that fits."""
        tables = tuple(
            TableMapping(
                name,
                self.name,
                name,
                tuple(FieldMapping(field, field) for field in fields),
                self.dates.form if "DATUM" in fields else None,
                self.flags.flag,
            )
            for name, fields in _FIELDS.items()
        )
        return MappingDocument(tables, self.kinds.codes, self.keys.form)

    @property
    def expected(self) -> list[tuple[str, str, str, str, tuple[str]]]:
        """The entries of FRIDAY: row, patient, status, insurer, codes."""
        first, second = (self.keys.text(number) for number in (50012, 50034))
        return [("1", first, "PKV", "Debeka", ("01",))] + [
            (str(10 + number), second, "GKV", "AOK", ("2060",)) for number, _ in enumerate(self.flags.alive)
        ]

    def tables(self) -> tuple[TableSpec, ...]:
        """Its four tables with their rows."""
        return self._charts(), self._services(), self._links(), self._insurers()

    def _charts(self) -> TableSpec:
        day, mark, other_mark = self._day, self.flags.alive[0], self.flags.dead[0]
        first, second = self._patient(50012, 0), self._patient(50034, 0)
        rows: list[Row] = [
            (1, first, day("wanted"), "Füllung", mark),
            (3, first, day("before"), "Gestern", mark),
            (4, first, day("after"), "Morgen", mark),
            *((10 + number, second, day("wanted"), "PZR", alive) for number, alive in enumerate(self.flags.alive)),
            *((30 + number, second, day("wanted"), "Weg", dead) for number, dead in enumerate(self.flags.dead)),
            *((50 + number, second, undated, "Wann?", mark) for number, undated in enumerate(self.dates.undated)),
            (70, second, self.dates.undated[0], "Nie", other_mark),
        ]
        columns = (INT, self.keys.columns[0], self.dates.column, ColumnSpec("", "nvarchar", -1), self.flags.column)
        return self._table("KARTEI", columns, rows)

    def _services(self) -> TableSpec:
        first, second = self._patient(50012, 2), self._patient(50034, 2)
        alive, dead = self.flags.alive[-1], self.flags.dead[-1]
        rows: list[Row] = [
            (1, first, self._day("wanted"), "01", alive),
            (2, first, self._day("wanted"), "Ä1", dead),
            (3, first, self._day("before"), "Ä1", alive),
            (4, second, self._day("wanted"), "2060", alive),
        ]
        columns = (INT, self.keys.columns[2], self.dates.column, ColumnSpec("", "varchar", 12), self.flags.column)
        return self._table("LEISTUNG", columns, rows)

    def _links(self) -> TableSpec:
        first, second = self._patient(50012, 1), self._patient(50034, 1)
        alive, dead = self.flags.alive[-1], self.flags.dead[-1]
        rows: list[Row] = [(1, first, 1, alive), (2, first, 2, dead), (3, second, 2, alive), (4, second, 3, alive)]
        return self._table("PATKASSE", (INT, self.keys.columns[1], INT, self.flags.column), rows)

    def _insurers(self) -> TableSpec:
        alive, dead = self.flags.alive[-1], self.flags.dead[-1]
        rows: list[Row] = [
            (1, "Debeka", self.kinds.private, alive),
            (2, "AOK", self.kinds.statutory, alive),
            (3, "Weg", self.kinds.private, dead),
        ]
        return self._table("KASSEN", (INT, ColumnSpec("", "nvarchar", 60), self.kinds.column, self.flags.column), rows)

    def _table(self, name: str, columns: tuple[ColumnSpec, ...], rows: list[Row]) -> TableSpec:
        named = tuple(
            ColumnSpec(field, column.data_type, column.length, column.precision, column.scale)
            for field, column in zip(_FIELDS[name], columns, strict=True)
        )
        return TableSpec(self.name, name, named, (), tuple(rows))

    def _day(self, name: str) -> Value:
        return self.dates.write(_DAYS[name])

    def _patient(self, number: int, table: int) -> Value:
        return self.keys.write(number, self.keys.columns[table])


def source_of(database: str, practices: tuple[Practice, ...]) -> SourceSpec:
    """One database that holds them all, each in a schema of its own."""
    return SourceSpec(database, tuple(table for practice in practices for table in practice.tables()), ())


def text(data_type: str, length: int) -> ColumnSpec:
    """A text column."""
    return ColumnSpec("", data_type, length)


def number(data_type: str, precision: int | None = None, scale: int | None = None) -> ColumnSpec:
    """A number column."""
    return ColumnSpec("", data_type, None, precision, scale)


def written(value: int, column: ColumnSpec) -> Value:
    """A number as a column of that type holds it; a char column pads with zeros."""
    match column.data_type:
        case "float":
            return float(value)
        case "decimal":
            return Decimal(value).quantize(Decimal(1).scaleb(-(column.scale or 0)))
        case "char":
            return f"{value:0{column.length}d}"
        case "varchar":
            return f"{value}"
    return value
