"""Generated practices on real servers, region by region: who may read what, and the centers file (*pure*)."""

from collections.abc import Collection
from dataclasses import dataclass

from dentalhub.sandbox.centers_file import ServedCenters, centers_document
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import NetworkCenter, plan_roster


@dataclass(frozen=True, slots=True)
class PracticeRegion:
    """The centers of one region, and the login that may read them and no other region's."""

    region: str
    centers: tuple[NetworkCenter, ...]

    @property
    def login(self) -> str:
        """The region's own login."""
        return f"svc_extract_{self.region}"

    @property
    def password_file(self) -> str:
        """The file with the login's password, below the folder for secrets."""
        return f"ivoris_{self.region}"

    @property
    def databases(self) -> tuple[str, ...]:
        """What the login may read."""
        return tuple(center.database for center in self.centers)


def plan_regions(options: NetworkOptions, wanted: Collection[str]) -> tuple[PracticeRegion, ...]:
    """The regions of a network with their centers; only those ``wanted``, or all for none.

    Raises ValueError for a region that the network does not have.
    """
    roster = plan_roster(options)
    region_of = {server.name: server.region for server in roster.servers}
    regions = tuple(dict.fromkeys(region_of.values()))
    if unknown := sorted(set(wanted) - set(regions)):
        raise ValueError(f"There is no region {', '.join(unknown)}; there are {', '.join(regions)}.")
    return tuple(
        PracticeRegion(region, tuple(center for center in roster.centers if region_of[center.server] == region))
        for region in regions
        if region in wanted or not wanted
    )


def centers_file(regions: Collection[PracticeRegion], host: str, port: int) -> str:
    """The file to import: all regions on one server, each read with its own login."""
    return centers_document(
        ServedCenters(
            server=f"practices-{region.region}",
            region=region.region,
            login=region.login,
            port=port,
            centers=region.centers,
            host=host,
            password=f"file:{region.password_file}",
        )
        for region in regions
    )
