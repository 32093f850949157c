"""A center as large as they come: many tables of twenty columns beside the usual ones, all looked at."""

from centers.catalog import Catalog, Column, Table
from centers.samples import Samples, TableSample
from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.profiling import profile_of
from mappings.versions import propose_for
from tests.mappings.catalogs import AFFIXES, STANDARD, standard, table
from tests.mappings.conftest import make_center

_TYPES = ("int", "nvarchar:100", "varchar:10", "datetime", "nvarchar:-1", "money", "char:1", "int", "date", "bit")
_WORDS = ("NUMMER", "TEXT", "KODE", "ZEIT", "NOTIZ", "BETRAG", "ART", "STATUS", "TAG", "AKTIV")
_COLUMNS = 20
_UNMAPPED = ("TERMIN", "KASSEN_ART", "KARTEI_ART", "RECHNUNG")


def large_catalog(tables: int) -> Catalog:
    """The usual tables, and so many others that there are `tables` of them; 5 are those that are mapped."""
    column_list = ", ".join(
        ["ID int", *(f"{_WORDS[number % 10]}_{number} {_TYPES[number % 10]}" for number in range(1, _COLUMNS))]
    )
    others = [
        table(f"LAGER_{number}_{AFFIXES[number % len(AFFIXES)]}", 1000 + number, column_list, affix=True)
        for number in range(max(tables - len(STANDARD), 0))
    ]
    return standard(affix=True, extra=others, without=_UNMAPPED if tables == 5 else ())


def large_mapping(tables: int = 150, number: int = 1) -> Mapping:
    """The machine's draft for center `number`, whose source has `tables` tables, see `large_catalog`."""
    catalog = large_catalog(tables)
    samples = Samples({(item.schema, item.name): _sample(item) for item in catalog.tables})
    center = make_center(number)
    return propose_for(center, store_catalog(center, catalog, profile_of(catalog, samples)).snapshot)


def _sample(item: Table) -> TableSample:
    return TableSample(tuple(tuple(_value(column, row) for column in item.columns) for row in range(1, 21)))


def _value(column: Column, row: int) -> object:
    if column.max_length is not None:
        return f"Text {row}"[: column.max_length if column.max_length > 0 else None]
    return 20260100 + row if column.name.startswith("DATUM") else row
