"""Centers that wait for a reviewer, put into an installation's database without sources behind them.

Call these in the installation. Each group of centers has a region of its own, so that a queue can be narrowed to it.
"""

from dataclasses import replace

from django.contrib.auth.models import User

from centers.models import Center, DatabaseServer, Region
from mappings.approval import approve
from mappings.discovery import store_catalog
from mappings.document import Candidate, MappingDocument
from mappings.models import Mapping
from mappings.versions import edit, new_version, propose_for
from tests.mappings.catalogs import standard
from tests.mappings.people import with_code
from tests.mappings.plain_mappings import plain_mapping
from tests.mappings.test_drift_state import renamed

RUNNER_UP = "BEMERKUNG_2"


def wait(group: str, count: int) -> None:
    """`count` centers named after `group` with a draft each, in which everything is certain."""
    region = Region.objects.create(code=group, name=f"Region {group}")
    server = DatabaseServer.objects.create(
        code=group, region=region, host="localhost", user="x", credential="env:IVORIS_PASSWORD"
    )
    for number in range(1, count + 1):
        center_id = f"{group}_{number}"
        # Paused, so that no run of another test asks for it.
        center = Center.objects.create(
            center_id=center_id, name=f"Praxis {group} {number}", server=server, database=center_id, state="paused"
        )
        new_version(center, store_catalog(center, standard()).snapshot, _with_runner_up(), author=None, generated=True)


def wait_alike(group: str, count: int) -> None:
    """`count` centers with an approved version each, and a draft that chooses the runner-up, in doubt."""
    wait(group, count)
    second = User.objects.get(username="reviewer2")
    for first in Mapping.objects.select_related("center", "snapshot").filter(center__server__code=group):
        approve(first, second, all_looked_at=True)
        new_version(first.center, first.snapshot, _with_doubt(first.document()), author=None, generated=True)


def wait_with_drift(group: str, count: int) -> None:
    """As `wait`; the last center was approved before, and one of its columns has got another name since."""
    wait(group, count)
    mapping = Mapping.objects.select_related("center", "snapshot").get(center__center_id=f"{group}_{count}")
    approve(mapping, User.objects.get(username="reviewer2"), all_looked_at=True)
    propose_for(mapping.center, store_catalog(mapping.center, renamed()).snapshot)


def edit_newest(center_id: str, person: str) -> None:
    """`person` adds an insurance code to the center's newest version."""
    mapping = Mapping.objects.select_related("center").filter(center__center_id=center_id).latest("version")
    edit(mapping, with_code(mapping, "B"), User.objects.get(username=person))


def _with_doubt(document: MappingDocument) -> MappingDocument:
    kartei = document.table("KARTEI")
    fields = tuple(
        replace(item, column=RUNNER_UP, confidence=0.7) if item.name == "BEMERKUNG" else item for item in kartei.fields
    )
    doubtful = replace(kartei, fields=fields)
    return replace(document, tables=tuple(doubtful if table == kartei else table for table in document.tables))


def edit_draft(center_id: str, person: str) -> None:
    """`person` adds an insurance code to the center's first version."""
    mapping = Mapping.objects.select_related("center").get(center__center_id=center_id, version=1)
    edit(mapping, with_code(mapping, "B"), User.objects.get(username=person))


def _with_runner_up() -> MappingDocument:
    document = plain_mapping()
    kartei = document.table("KARTEI")
    fields = tuple(
        replace(item, candidates=(Candidate("BEMERKUNG", 0.96), Candidate(RUNNER_UP, 0.4)))
        if item.name == "BEMERKUNG"
        else item
        for item in kartei.fields
    )
    mapped = replace(kartei, fields=fields)
    return replace(document, tables=tuple(mapped if table == kartei else table for table in document.tables))
