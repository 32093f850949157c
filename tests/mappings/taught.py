"""Centers whose reviewers decided about the names of one table, for the tests of the vocabulary."""

from centers.models import Center
from mappings.discovery import store_catalog
from mappings.document import FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat
from mappings.lessons import Version
from mappings.models import Mapping
from mappings.versions import new_version
from tests.mappings.catalogs import catalog, table
from tests.mappings.conftest import make_center

# Canonical field to column, of a source in plain German.
PLAIN = {"ID": "EINTRAGS_ID", "PATNR": "Patient", "DATUM": "EINTRAG_DATUM", "BEMERKUNG": "Notiz"}
PLAIN_NAMES = {
    ("KARTEI", "EINTRAEGE"),
    ("KARTEI.ID", "EINTRAGSID"),
    ("KARTEI.PATNR", "PATIENT"),
    ("KARTEI.DATUM", "EINTRAGDATUM"),
    ("KARTEI.BEMERKUNG", "NOTIZ"),
}


def version(name: str = "Eintraege", columns: dict[str, str] | None = None, *, alone: bool = False) -> Version:
    """KARTEI is the table `name` with `columns`; unless `alone`, the source has more columns and another table."""
    chosen = PLAIN if columns is None else columns
    more = [] if alone else ["EINTRAG_DATUM", "Erfasst_am"]
    types = ", ".join(f"{column} int" for column in dict.fromkeys([*chosen.values(), *more]))
    fields = tuple(FieldMapping(field, column, 1.0) for field, column in chosen.items())
    mapping = TableMapping("KARTEI", "ck", name, fields, DateFormat.INT, confidence=1.0)
    others = [] if alone else [table("Termine", 50, "Termin_Nr int, Beginn int")]
    return Version(MappingDocument((mapping,)), catalog(table(name, 900, types), *others))


def draft(center: Center, content: Version) -> Mapping:
    """A machine's draft with that content, on a snapshot of its catalog."""
    snapshot = store_catalog(center, content.catalog).snapshot
    return new_version(center, snapshot, content.document, author=None, generated=True)


def draft_of(number: int, content: Version | None = None) -> Mapping:
    """A draft of the new center number `number`."""
    return draft(make_center(number), content or version())
