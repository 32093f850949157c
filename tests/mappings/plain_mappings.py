"""Mappings of the standard source made by hand, for tests that are not about the matcher."""

from django.contrib.auth.models import User

from centers.models import Center
from mappings.approval import approve
from mappings.canonical import canonical_tables
from mappings.discovery import store_catalog
from mappings.document import DeleteFlag, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, PatientIdForm
from mappings.models import Mapping
from mappings.versions import new_version
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center


def plain_mapping() -> MappingDocument:
    """Every canonical name is the source's, all with confidence 0.96."""
    return MappingDocument(
        tuple(
            TableMapping(
                canonical.name,
                "ck",
                canonical.name,
                tuple(FieldMapping(field.name, field.name, 0.96) for field in canonical.fields),
                date_format=DateFormat.INT if any(field.kind == "date" for field in canonical.fields) else None,
                delete_flag=DeleteFlag(),
                confidence=0.96,
            )
            for canonical in canonical_tables()
        ),
        patient_id_form=PatientIdForm.INTEGER,
    )


def plain_draft(center: Center) -> Mapping:
    """That mapping as a draft on a snapshot of the standard source."""
    snapshot = store_catalog(center, standard()).snapshot
    return new_version(center, snapshot, plain_mapping(), author=None, generated=True)


def approved_center(number: int, reviewer: User) -> Center:
    """Center number `number` with that mapping approved as version 1."""
    center = make_center(number)
    approve(plain_draft(center), reviewer, all_looked_at=True)
    return center
