"""The mapped tables of a source, each name checked against the approved snapshot. *Pure*; knows no statement."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from centers.catalog import Catalog, Column
from centers.exceptions import SourceError, SourceErrorKind
from centers.identifiers import quote, three_part
from mappings.document import MappingDocument, TableMapping
from mappings.enums import DateFormat

WHOLE_TYPES = frozenset({"bit", "tinyint", "smallint", "int", "bigint"})
SMALL_TYPES = frozenset({"bit", "tinyint", "smallint"})
NUMBER_TYPES = WHOLE_TYPES | {"decimal", "numeric", "float", "real", "money"}
# A text parameter arrives as NVARCHAR and would convert these columns, which loses the seek.
SINGLE_BYTE_TYPES = frozenset({"char", "varchar"})
TEXT_TYPES = SINGLE_BYTE_TYPES | {"nchar", "nvarchar"}
MOMENT_TYPES = frozenset({"datetime", "datetime2", "smalldatetime"})


_FITTING_TYPES = {
    DateFormat.INT: NUMBER_TYPES | TEXT_TYPES,
    DateFormat.TEXT: NUMBER_TYPES | TEXT_TYPES,
    DateFormat.ISO: TEXT_TYPES,
    DateFormat.GERMAN: TEXT_TYPES,
    DateFormat.GERMAN_SHORT: TEXT_TYPES,
    DateFormat.EPOCH: NUMBER_TYPES - SMALL_TYPES,
    DateFormat.DATE: MOMENT_TYPES | {"date"},
    DateFormat.DATETIME: MOMENT_TYPES | {"date"},
}


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A mapped table that the approved snapshot has; every column asked for is checked against it.

    `columns`: the physical column of each canonical field that the snapshot has.
    """

    mapping: TableMapping
    columns: Mapping[str, Column]
    address: str
    alias: str

    def column(self, field: str) -> Column:
        """The physical column of a canonical field. Raises SourceError (COLUMN) without one."""
        column = self.columns.get(field)
        if column is None:
            raise SourceError(
                SourceErrorKind.COLUMN,
                _("The approved mapping names no column of the snapshot for %(field)s. Review the mapping.")
                % {"field": f"{self.mapping.name}.{field}"},
            )
        return column

    def select(self, field: str) -> str:
        """The quoted column of a field, with the table's alias."""
        return f"{self.alias}.{quote(self.column(field).name)}"

    def select_or_null(self, field: str) -> str:
        """The same for a field that a source may lack."""
        return self.select(field) if self.mapping.column(field) else "NULL"


def find_table(mapping: MappingDocument, catalog: Catalog, database: str, name: str, alias: str) -> SourceTable | None:
    """The mapped table; None when the source has none. Raises SourceError (TABLE) when the snapshot lacks it."""
    mapped = mapping.table(name)
    if mapped.schema is None or mapped.table is None:
        return None
    table = catalog.table(mapped.schema, mapped.table)
    if table is None:
        raise SourceError(
            SourceErrorKind.TABLE,
            _("The approved mapping names a table for %(table)s that the snapshot does not have. Review the mapping.")
            % {"table": name},
        )
    there = {column.name: column for column in table.columns}
    columns = {field.name: there[field.column] for field in mapped.fields if field.column in there}
    return SourceTable(mapped, columns, three_part(database, table.schema, table.name), alias)


def required_table(mapping: MappingDocument, catalog: Catalog, database: str, name: str, alias: str) -> SourceTable:
    """The mapped table. Raises SourceError (TABLE) when the source has none."""
    table = find_table(mapping, catalog, database, name, alias)
    if table is not None:
        return table
    raise SourceError(
        SourceErrorKind.TABLE,
        _("The approved mapping has no table for %(table)s. Review the mapping.") % {"table": name},
    )


def date_form(table: SourceTable) -> DateFormat:
    """The form of DATUM as mapped. Raises SourceError (COLUMN) when it does not fit the column's type."""
    data_type, form = table.column("DATUM").data_type, table.mapping.date_format
    if form is not None and data_type in _FITTING_TYPES[form]:
        return form
    raise SourceError(
        SourceErrorKind.COLUMN,
        _("The date form of %(table)s does not fit its column of type %(type)s. Review the mapping.")
        % {"table": table.mapping.name, "type": data_type},
    )
