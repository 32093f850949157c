"""Catalogs for the tests of mappings."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from centers.catalog import Catalog, Column, ForeignKey, Table

# Table, rows, columns as "NAME TYPE[:LENGTH]".
STANDARD = {
    "PATIENT": (1200, "ID int, P_NAME nvarchar:100, P_VORNAME nvarchar:50, P_ORT nvarchar:60, DELKZ int"),
    "KASSEN": (30, "ID int, NAME nvarchar:100, ART varchar:2, NAME_2 nvarchar:60, DELKZ int"),
    "PATKASSE": (1300, "ID int, PATNR int, KASSENID int, VERS_NR varchar:20, DELKZ int"),
    "KARTEI": (40000, "ID int, PATNR int, DATUM int, BEMERKUNG nvarchar:-1, BEMERKUNG_2 nvarchar:255, DELKZ int"),
    "LEISTUNG": (60000, "ID int, PATIENTID int, DATUM int, LEISTUNG varchar:10, LEISTUNG_ID int, DELKZ int"),
    "TERMIN": (9000, "ID int, PATNR int, TERMIN_DATUM int, BEMERKUNG varchar:200, STATUS int, DELKZ int"),
    "KASSEN_ART": (6, "ID int, CODE varchar:2, BEZEICHNUNG nvarchar:255"),
    "KARTEI_ART": (9, "ID int, CODE char:1, BEZEICHNUNG nvarchar:50"),
    "RECHNUNG": (4000, "ID int, PATNR int, DATUM int, BETRAG money, DELKZ int"),
}
AFFIXES = ("MN", "NAN6", "3A4", "X7", "QW2", "B9K", "77Z", "HQ")


def columns(text: str, affix: bool = False) -> tuple[Column, ...]:
    """Columns from "NAME TYPE[:LENGTH], ..."; with affixes on all but ID and DELKZ."""
    found = []
    for ordinal, part in enumerate(text.split(", "), start=1):
        name, _, data_type = part.rpartition(" ")
        data_type, _, length = data_type.partition(":")
        if affix and name not in {"ID", "DELKZ"}:
            name = f"{name}_{AFFIXES[ordinal % len(AFFIXES)]}"
        found.append(Column(name, data_type, int(length) if length else None, True, ordinal))
    return tuple(found)


def table(name: str, rows: int | None, text: str, *, affix: bool = False, schema: str = "ck") -> Table:
    """A base table with its first column as primary key."""
    made = columns(text, affix)
    return Table(schema, name, "BASE TABLE", made, primary_key=(made[0].name,), row_count=rows)


def standard(*, affix: bool = False, extra: Iterable[Table] = (), without: Iterable[str] = ()) -> Catalog:
    """A usual source; `affix` puts a random one on every table and column but ID and DELKZ."""
    tables = [
        table(f"{name}_{AFFIXES[index % len(AFFIXES)]}" if affix else name, rows, text, affix=affix)
        for index, (name, (rows, text)) in enumerate(STANDARD.items())
        if name not in set(without)
    ]
    return catalog(*tables, *extra)


def catalog(*tables: Table) -> Catalog:
    """A catalog in the order of a discovery."""
    return Catalog("DentalDB_01", tuple(sorted(tables, key=lambda item: (item.schema, item.name))))


def respelled(item: Table, spell: Callable[[str], str]) -> Table:
    """`item` with every name as `spell` writes it."""
    return replace(
        item,
        schema=spell(item.schema),
        name=spell(item.name),
        columns=tuple(replace(column, name=spell(column.name)) for column in item.columns),
        primary_key=tuple(spell(name) for name in item.primary_key),
    )


def with_column(source: Catalog, table_name: str, old: str, new: str, data_type: str = "", length: int = 0) -> Catalog:
    """`source` with one column renamed, and of another type when one is given."""
    return replace(
        source,
        tables=tuple(
            replace(
                item,
                columns=tuple(
                    replace(
                        column,
                        name=new,
                        data_type=data_type or column.data_type,
                        max_length=(length or None) if data_type else column.max_length,
                    )
                    if column.name == old
                    else column
                    for column in item.columns
                ),
                primary_key=tuple(new if key == old else key for key in item.primary_key),
            )
            if item.name == table_name
            else item
            for item in source.tables
        ),
    )


def with_foreign_key(source: Catalog, table_name: str, column: str, target: str) -> Catalog:
    """`source` with a foreign key to ID of `target`."""
    key = ForeignKey((column,), "ck", target, ("ID",))
    return replace(
        source,
        tables=tuple(
            replace(item, foreign_keys=(*item.foreign_keys, key)) if item.name == table_name else item
            for item in source.tables
        ),
    )
