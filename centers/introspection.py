"""Reads what tables, columns, keys and row counts a source has."""

from centers.catalog import Catalog
from centers.catalog_rows import catalog_batch, catalog_of, is_complete
from centers.connection import borrow
from centers.exceptions import SourceErrorKind
from centers.server_spec import ServerSpec
from centers.source_errors import error_of_kind


def read_catalog(spec: ServerSpec, database: str) -> Catalog:
    """The catalog of `database`, in one round trip. Raises SourceError."""
    with borrow(spec) as connection:
        answers = [result.rows for result in connection.query(catalog_batch(database))]
    if not is_complete(answers):
        raise error_of_kind(SourceErrorKind.INCOMPLETE)
    return catalog_of(database, answers)
