"""What of a centers file touches a region that its person does not see: such a file is not imported at all."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from centers.centers_file import CentersFile
from centers.exceptions import FileProblem
from centers.models import Center, DatabaseServer, Region
from centers.scope import Scope


def outside(
    file: CentersFile,
    scope: Scope,
    regions: Mapping[str, Region],
    servers: Mapping[str, DatabaseServer],
    centers: Mapping[str, Center],
) -> Iterator[FileProblem]:
    """Each region, server and center of `file` that is not the person's; the mappings hold what is stored, by code.

    What the file refers to without defining it is judged while the file is parsed.
    """
    if scope.all_regions:
        return
    for code in file.regions:
        if code not in regions:
            yield _problem(file, ("regions", code), _("%(code)s: only who sees all regions can add a region."))
        elif not scope.holds(regions[code].pk):
            yield _problem(file, ("regions", code), _("%(code)s is outside of your regions."))
    for code in file.servers:
        if code in servers and not scope.holds(servers[code].region_id):
            yield _problem(file, ("servers", code), _("%(code)s is outside of your regions."))
    for entry in file.centers:
        if entry.id in centers and not scope.holds(centers[entry.id].server.region_id):
            yield _problem(file, ("centers", entry.id), _("%(code)s is outside of your regions."))


def _problem(file: CentersFile, place: tuple[str, str], text: str) -> FileProblem:
    block, code = place
    position = file.positions.get(code) if block == "centers" else file.blocks.get(place)
    return FileProblem(*(position or (1, 1)), text % {"code": code})
