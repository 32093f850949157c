"""The practice network in dentalhub's own database, with mappings taken from the ground truth.

The mappings come from the generator and not from the matcher, so that a wrong row is an error of the extraction.
"""

import json
from pathlib import Path
from typing import Any

from centers.centers_import import apply_import, read_centers_file
from centers.introspection import read_catalog
from centers.models import Center
from dentalhub.sandbox.mapping_files import mapping_content
from dentalhub.sandbox.network import Network
from mappings.document import MappingDocument, from_document
from tests.extraction.builders import approve


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
    return from_document(mapping_content(truth))
