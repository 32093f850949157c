"""A center whose source has hostile names, put into an installation's database without a source behind it."""

from centers.catalog import Catalog
from centers.models import Center, DatabaseServer, Region
from mappings.discovery import store_catalog
from mappings.models import Mapping
from mappings.versions import propose_for
from tests.hostile_names import SPELLINGS
from tests.mappings.catalogs import catalog, respelled, standard

CENTER = "center_hostile"
# What a page shows worst, where a person chooses most.
SPELLING_OF = {
    "KARTEI": "script",
    "LEISTUNG": "longest",
    "KASSEN": "lines",
    "PATKASSE": "percent",
    "PATIENT": "right_to_left",
    "TERMIN": "markup",
}


def hostile_catalog(without: str = "") -> Catalog:
    """The usual tables, each with all its names in a spelling of its own."""
    return catalog(
        *(
            respelled(table, SPELLINGS[SPELLING_OF.get(table.name, "braces")])
            for table in standard(without=[without]).tables
        )
    )


def add_center() -> None:
    """The center with an open version 1; call it in the installation."""
    region, _ = Region.objects.get_or_create(code="germany", defaults={"name": "Germany"})
    server, _ = DatabaseServer.objects.get_or_create(
        code="hostile",
        defaults={"region": region, "host": "localhost", "user": "x", "credential": "env:IVORIS_PASSWORD"},
    )
    center = Center.objects.create(center_id=CENTER, name="Praxis", server=server, database="DB", state="paused")
    propose_for(center, store_catalog(center, hostile_catalog()).snapshot)


def let_it_drift() -> None:
    """Version 1 as if approved, and a newer snapshot without insurers with a proposal for it."""
    Mapping.objects.filter(center__center_id=CENTER).update(status="approved")
    center = Center.objects.get(center_id=CENTER)
    propose_for(center, store_catalog(center, hostile_catalog(without="KASSEN")).snapshot)
