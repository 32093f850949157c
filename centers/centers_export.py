"""Writes a centers file from what is stored; importing it again changes nothing."""

from collections.abc import Mapping
from typing import Any

import yaml
from django.contrib.auth.models import User
from django.db.models import Model

from centers.centers_file_entries import (
    FIELD_OF_KEY,
    LISTS_OF_LINES,
    STORED_MARK,
    CenterEntry,
    Entry,
    RegionEntry,
    ServerEntry,
)
from centers.models import Center, DatabaseServer, Region
from centers.secret_models import stored_pk

HEADER = "# Centers of the network. Passwords are references, or (stored), never the passwords.\n"


def export_centers(person: User | None = None) -> str:
    """The regions, servers and centers that `person` (None: the system) sees, as YAML. Three queries."""
    regions = Region.objects.for_user(person).order_by("code")
    servers = DatabaseServer.objects.for_user(person).select_related("region").order_by("code")
    centers = Center.objects.for_user(person).select_related("server").order_by("center_id")
    document: dict[str, Any] = {
        "regions": {region.code: _entry(RegionEntry, region) for region in regions},
        "servers": {server.code: _entry(ServerEntry, server, region=server.region.code) for server in servers},
        "centers": [_entry(CenterEntry, center, server=center.server.code) for center in centers],
    }
    return HEADER + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def _entry(entry_type: type[Entry], row: Model, **references: str) -> Mapping[str, Any]:
    """The keys of one entry. References always, other keys only where they differ from what a new row would get."""
    found: dict[str, Any] = {}
    for key, field in entry_type.model_fields.items():
        value = references.get(key, getattr(row, FIELD_OF_KEY.get(key, key)))
        if key == "password" and stored_pk(value) is not None:
            value = STORED_MARK
        if key in references or field.is_required() or value != field.default or key == "time_zone":
            found[key] = value.splitlines() if key in LISTS_OF_LINES else value
    return found
