"""The centers file of a network, for ``import_centers`` (*pure*)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import yaml

from dentalhub.sandbox.roster import NetworkCenter

_REGIONS: Final = {
    "germany": ("Germany", "Europe/Berlin", "DE"),
    "austria": ("Austria", "Europe/Vienna", "AT"),
    "switzerland": ("Switzerland", "Europe/Zurich", "CH"),
}
_REGION_KEYS: Final = ("name", "time_zone", "holiday_area")


@dataclass(frozen=True, slots=True)
class ServedCenters:
    """The centers behind one port, and where whoever reads them finds the login's password."""

    server: str
    region: str
    login: str
    port: int
    centers: tuple[NetworkCenter, ...]
    host: str = "localhost"  # a name in the certificate
    password: str = "env:IVORIS_PASSWORD"  # noqa: S105 # a reference


def centers_document(served: Iterable[ServedCenters]) -> str:
    """The file's text: regions, servers with their real ports, centers."""
    groups = list(served)
    regions = sorted({group.region for group in groups}, key=list(_REGIONS).index)
    document: dict[str, Any] = {
        "regions": {code: dict(zip(_REGION_KEYS, _REGIONS[code], strict=True)) for code in regions},
        "servers": {group.server: _server(group) for group in groups},
        "centers": [
            {
                "id": center.center_id,
                "name": center.name,
                "city": center.city,
                "database": center.database,
                "server": group.server,
            }
            for group, center in sorted(
                ((group, center) for group in groups for center in group.centers),
                key=lambda pair: pair[1].center_id,
            )
        ],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)


def _server(group: ServedCenters) -> dict[str, Any]:
    return {
        "region": group.region,
        "host": group.host,
        "port": group.port,
        "user": group.login,
        "password": group.password,
        "driver": "ODBC Driver 18 for SQL Server",
        "encrypt": "yes",
    }
