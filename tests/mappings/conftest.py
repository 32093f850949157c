"""Centers with snapshots and mappings for the tests of this app."""

import pytest

from centers.catalog import Catalog
from centers.models import Center, DatabaseServer, Region
from mappings.discovery import store_catalog
from mappings.models import Mapping, SchemaSnapshot
from mappings.versions import propose_for
from tests.mappings.catalogs import standard


def make_center(number: int = 1) -> Center:
    """Center number `number` on the one test server."""
    region, _ = Region.objects.get_or_create(code="germany", defaults={"name": "Germany"})
    server, _ = DatabaseServer.objects.get_or_create(
        code="de-1",
        defaults={"region": region, "host": "localhost", "user": "svc_extract", "credential": "env:IVORIS_PASSWORD"},
    )
    return Center.objects.create(
        center_id=f"center_{number:02d}",
        name=f"Praxis Müller {number}",
        city="Köln",
        server=server,
        database=f"DentalDB_{number:02d}",
    )


@pytest.fixture
def catalog() -> Catalog:
    """A usual source with random affixes."""
    return standard(affix=True)


@pytest.fixture
def center(db: None) -> Center:
    """A center without a snapshot."""
    return make_center()


@pytest.fixture
def snapshot(center: Center, catalog: Catalog) -> SchemaSnapshot:
    """The center's snapshot of `catalog`."""
    return store_catalog(center, catalog).snapshot


@pytest.fixture
def proposal(center: Center, snapshot: SchemaSnapshot) -> Mapping:
    """The machine's draft, version 1."""
    return propose_for(center, snapshot)
