"""The practice network in dentalhub's own database, with mappings taken from the ground truth.

The mappings come from the generator and not from the matcher, so that a wrong row is an error of the extraction.
"""

import json
from pathlib import Path
from typing import Any

from centers.centers_import import apply_import, read_centers_file
from centers.introspection import read_catalog
from centers.models import Center
from dentalhub.sandbox.network import Network
from mappings.document import DeleteFlag, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat
from tests.extraction.builders import approve

DATE_FORMATS = {
    "int": DateFormat.INT,
    "yyyymmdd": DateFormat.TEXT,
    "dd.mm.yyyy": DateFormat.GERMAN,
    "date": DateFormat.DATE,
    "datetime2": DateFormat.DATETIME,
}
DELETE_FLAGS = {
    "0/1": DeleteFlag(("0",), True),
    "J/N": DeleteFlag(("N",), True),
    "inverted": DeleteFlag(("1",), False),
    "absent": None,
}


def truth_of(network: Network, center_id: str) -> dict[str, Any]:
    """The ground truth of a center."""
    found = next(center for center in network.centers if center.center_id == center_id)
    truth: dict[str, Any] = json.loads(network.truth_file(found).read_text(encoding="utf-8"))
    return truth


def import_centers(centers_yml: Path) -> list[Center]:
    """All centers of a file, active and without mappings."""
    apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), None)
    return list(Center.objects.select_related("server").order_by("center_id"))


def map_by_truth(found: Center, network: Network) -> None:
    """Give a center its approved mapping as the ground truth has it, on a snapshot of its source."""
    catalog = read_catalog(found.server.spec(), found.database)
    approve(found, mapping_document(truth_of(network, found.center_id)), catalog)


def mapping_document(truth: dict[str, Any]) -> MappingDocument:
    """The mapping that a ground truth describes."""
    return MappingDocument(
        tuple(_table(name, table, truth["semantics"]) for name, table in truth["mapping"].items()),
        tuple(truth["semantics"]["insurance_codes"].items()),
    )


def _table(name: str, table: dict[str, Any] | None, semantics: dict[str, Any]) -> TableMapping:
    if table is None:
        return TableMapping(name)
    form = semantics.get(f"{name}.DATUM")
    return TableMapping(
        name,
        table["schema"],
        table["table"],
        tuple(FieldMapping(field, column) for field, column in table["columns"].items()),
        DATE_FORMATS[form] if form else None,
        DELETE_FLAGS[semantics["delete_flags"][name]],
    )
