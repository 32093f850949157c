"""The sources and pages of the stateful test of versions, and what a choice is, said without the tested code."""

from dataclasses import dataclass

from centers.catalog import Catalog
from mappings.document import MappingDocument
from mappings.look_subjects import INSURANCE_CODES, PATIENT_ID_FORM
from tests.mappings.catalogs import standard, table

# The usual source, one with a table that nobody maps, and one whose mapped names are all others.
SCHEMAS: tuple[Catalog, ...] = (
    standard(),
    standard(extra=[table("TERMIN_BAK", 10, "ID int, STATUS int")]),
    standard(affix=True),
)


SOME_KEYS = ("KARTEI.BEMERKUNG", INSURANCE_CODES)


def choice_behind(document: MappingDocument, key: str) -> object:
    """What stands there, said without the code that is tested."""
    if key == INSURANCE_CODES:
        return dict(document.insurance_codes)
    if key == PATIENT_ID_FORM:
        return document.patient_id_form
    name, _dot, field = key.partition(".")
    mapped = document.table(name)
    return mapped.schema, mapped.table, field and mapped.column(field), mapped.date_format, mapped.delete_flag


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """What a reviewer has on the screen, maybe for a long time."""

    version: int
    content_hash: str
    fingerprint: str
    approved: int
